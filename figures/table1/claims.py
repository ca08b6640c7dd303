"""Section V.C and Table I: what a network of ours says on the data sets that there are.

The paper trains convolutional networks on CIFAR-10, CIFAR-100, Fashion-MNIST and SVHN. Here the
same question is asked of a fully connected network, so that no answer here confirms or refutes a
printed number: each row says so.
"""

from functools import partial

from figures.measured import Question, measured
from figures.table1 import dataset_sizes as table1_facts
from figures.table1.comparisons import SPEED, SPEED_SETS
from figures.table1.questions import (
    COMMON,
    POINTS,
    UNITS,
    against,
    all_graphs,
    differences,
    from_runs,
    parameters,
    speed,
)
from figures.table1.stored import CIFAR10, CIFAR100, DIGITS, FASHION, SVHN
from theory.proofs.ledger import Group, Ledger

CLAIMS = Ledger()

GRAPHS = ("baseline", "mixup", "threshold", "knn")

measured(
    CLAIMS,
    "Table1-network",
    source="Table I (asked of our network)",
    title="Local Mixup is better than the Baseline and Mixup, our network",
    statement=r"On CIFAR-10, CIFAR-100, Fashion-MNIST and SVHN the error rate of Local Mixup with "
    r"an exponential graph is smaller than those of the Baseline and of Mixup.",
    questions=differences("orderings"),
    sharper=r"The digits are ours: a set that needs no files. What the printed numbers say is in "
    r"rows Table1-means and Table1-intervals.",
    hypotheses=COMMON,
    group=Group.BEYOND,
)

measured(
    CLAIMS,
    "V.C-fmnist-network",
    source="Section V.C (asked of our network)",
    title="Mixup impacts negatively on Fashion-MNIST, our network",
    statement=r"On Fashion-MNIST the error rate of Mixup is larger than that of the Baseline.",
    questions=differences("harm"),
    sharper=r"The printed difference is inside the printed intervals (row Table1-intervals).",
    hypotheses=COMMON,
    group=Group.BEYOND,
)

measured(
    CLAIMS,
    "V.C-graphs",
    source="Section V.C",
    title="nearest-neighbour and thresholded graphs are no better than Mixup or even Vanilla",
    statement=r"On these data sets no $K$-nearest-neighbour or thresholded graph reached a smaller "
    r"error rate than Mixup or even Vanilla.",
    questions=[
        *differences("graphs", (DIGITS, FASHION)),
        *(
            Question(
                "the least favourable of the four comparisons",
                data.title,
                partial(from_runs, data, GRAPHS, all_graphs),
                POINTS,
            )
            for data in (CIFAR10, CIFAR100, SVHN)
        ),
    ],
    sharper=r"The paper gives no number for them. The digits are ours. As $\epsilon$ and $K$ grow "
    r"both graphs become Mixup, and as they shrink vanilla training: where both are among what is "
    r"tried, no graph is worse than they are but by the chance of choosing.",
    hypotheses=(
        *COMMON,
        (
            "agrees: the mean error rate of the graph is not smaller; undecided: it is smaller, "
            "but not significantly"
        ),
    ),
)

measured(
    CLAIMS,
    "V.C-adamixup-network",
    source="Section V.C (asked of our network)",
    title="Local Mixup outperforms AdaMixup on CIFAR-10, AdaMixup Local Mixup on MNIST, our "
    "network",
    statement=r"On CIFAR-10 the error rate of Local Mixup is smaller than that of AdaMixup; on "
    r"MNIST it is the other way round.",
    questions=differences("adamixup"),
    sharper=r"On the digits and on Fashion-MNIST, which are not in the paper's comparison and are "
    r"small grey images like those of MNIST, the statement about MNIST is asked.",
    hypotheses=(
        *COMMON,
        "AdaMixup as its authors describe it, with perceptrons for all of its networks",
    ),
    group=Group.BEYOND,
)

measured(
    CLAIMS,
    "V.C-convergence",
    source="Section V.C",
    title="Local Mixup seems to converge faster than AdaMixup on MNIST",
    statement=r"On MNIST Local Mixup seems to converge faster than AdaMixup.",
    questions=[
        Question(
            f"{against(SPEED)}, {UNITS[measure][0]}",
            data.title,
            partial(from_runs, data, SPEED, partial(speed, measure)),
            "{:+.2f}",
        )
        for measure in UNITS
        for data in SPEED_SETS
    ],
    sharper=r"The paper gives no measure of convergence; these two are ours. The second one is "
    r"blind to the level of the error, and both follow the steps of the learning rate, which are "
    r"the same for both methods. On the digits and on Fashion-MNIST the same is asked.",
    hypotheses=(*COMMON, "an epoch of AdaMixup costs more: epochs are compared, not seconds"),
)

measured(
    CLAIMS,
    "V.C-parameters-network",
    source="Section V.C, last paragraph (asked of our network)",
    title="Local Mixup has fewer parameters than AdaMixup, our network",
    statement=r"With one classifier, Local Mixup trains fewer parameters than AdaMixup.",
    questions=[
        Question(
            "AdaMixup's parameters over Local Mixup's",
            data.title,
            partial(from_runs, data, ("exponential", "adamixup"), parameters),
            "{:.2f}",
        )
        for data in (DIGITS, FASHION)
    ],
    sharper=r"Local Mixup adds none to the classifier, with any classifier. What the printed "
    r"numbers are is in row V.C-parameters.",
    hypotheses=(
        "trainable parameters; those of our network, and of our networks for AdaMixup's parts",
        "agrees: the ratio is above 1, and the classifier's number is that of its layers",
    ),
    group=Group.BEYOND,
)

measured(
    CLAIMS,
    "V.C-datasets",
    source="Section V.C",
    title="sizes of Fashion-MNIST and SVHN",
    statement=r"Fashion-MNIST has 60,000 gray images of 28 x 28 pixels in 10 classes for training, "
    r"SVHN 73,257 colour images of 32 x 32 pixels in 10 classes.",
    questions=[
        Question("training images", data.title, partial(table1_facts.answer, data.name), "{:,.0f}")
        for data in (FASHION, SVHN)
    ],
    hypotheses=("agrees: images, their size and colours, and classes are all as printed",),
)

measured(
    CLAIMS,
    "VI-quantile",
    source="Section VI (future work; the rule is ours)",
    title="a threshold at the first quartile of the distances is better than one that is validated",
    statement=r"A threshold at the first quartile of the distances, which needs no validation, has "
    r"a smaller error rate than a graph whose parameter is validated.",
    questions=differences("quantile"),
    sharper=r"The paper wants to use the histogram of the distances for the hyper-parameters, and "
    r"gives no rule. This one is ours, after what its Section V.A says of the spirals: that it "
    r"fails says nothing of others.",
    hypotheses=COMMON,
    group=Group.BEYOND,
)

measured(
    CLAIMS,
    "VI-features",
    source="Section VI (future work, asked of our network)",
    title="distances between features improve over the Euclidean metric",
    statement=r"With distances of the penultimate layer's features the error rate of Local Mixup "
    r"is smaller than with those of the inputs.",
    questions=differences("features"),
    hypotheses=(
        *COMMON,
        "features of the network that is being trained, before each step",
    ),
    group=Group.BEYOND,
)
