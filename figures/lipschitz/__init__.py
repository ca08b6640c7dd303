"""Figures and measured claims of Section V.B: Q(D) on images."""
