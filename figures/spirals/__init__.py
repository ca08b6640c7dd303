"""Figures and measured claims of Section V.A: the two spirals."""
