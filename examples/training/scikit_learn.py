"""Local Mixup for a classifier of scikit-learn that takes weights of its samples.

Cross-entropy is linear in the targets: a virtual sample with the targets lambda and 1 - lambda is
one sample of each class, with those shares of its weight.

Run ``python examples/training/scikit_learn.py`` (seconds; needs scikit-learn).
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import SGDClassifier

from numerics import spirals
from numerics.mixing import Mixing

SEED, PASSES, SIZE = 0, 60, 100


def main() -> None:
    """Train a linear classifier on random features, and show what it answers."""
    data = spirals.make(1000, preset="released", rng=SEED)
    X, labels = data.X_train, data.labels_train
    features = RBFSampler(gamma=3.0, n_components=300, random_state=SEED).fit(X)
    classifier = SGDClassifier(
        loss="log_loss", learning_rate="constant", eta0=0.5, alpha=1e-6, random_state=SEED
    )
    mixing, rng = Mixing("threshold", 0.6, lam="pair"), np.random.default_rng(SEED)
    for _ in range(PASSES):
        for chosen in np.split(rng.permutation(len(X)), len(X) // SIZE):
            batch = mixing.batch(X[chosen], labels[chosen], classes=2, rng=rng, minimum_rows=1)
            rows, classes = np.nonzero(batch.T)
            weights = SIZE * batch.weights[rows] * batch.T[rows, classes]
            inputs = features.transform(batch.X[rows])
            classifier.partial_fit(inputs, classes, classes=[0, 1], sample_weight=weights)
    guess = classifier.predict(features.transform(data.X_test))
    print(f"inputs: test error {np.mean(guess != data.labels_test):.3f}")
    plt.scatter(data.X_test[:, 0], data.X_test[:, 1], c=guess, s=6)
    plt.title("test samples in the colour of the answer")
    plt.show()


if __name__ == "__main__":
    main()
