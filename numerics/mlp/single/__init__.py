"""One network with its own layers and recipe, trained on images.

`Perceptron` goes step by step, for whoever has a loss of their own; `fit` mixes and trains.
"""

from __future__ import annotations

from numerics.mlp.single.perceptron import Perceptron, cross_entropy
from numerics.mlp.single.recipe import Recipe
from numerics.mlp.single.training import Data, Distance, Fit, fit, train

__all__ = ["Data", "Distance", "Fit", "Perceptron", "Recipe", "cross_entropy", "fit", "train"]
