"""One network with its own layers and recipe, trained on images."""
