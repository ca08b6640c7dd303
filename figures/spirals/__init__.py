"""Section V.A: the two spirals, drawn and measured."""
