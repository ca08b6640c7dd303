"""One wide network: `fit` mixes and trains, `train` takes a step of one's own."""

from numerics.mlp.single.perceptron import Perceptron, cross_entropy
from numerics.mlp.single.recipe import Recipe
from numerics.mlp.single.training import Data, Distance, Fit, fit, train

__all__ = ["Data", "Distance", "Fit", "Perceptron", "Recipe", "cross_entropy", "fit", "train"]
