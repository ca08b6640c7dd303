"""Figures and measured claims of Section V.C: training on images."""
