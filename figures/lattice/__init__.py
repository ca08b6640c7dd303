"""Figures of Section IV.B: the lattice, its trade-off and the exact minimisers."""
