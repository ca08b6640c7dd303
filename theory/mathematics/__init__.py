"""What the rooms of the paper share: readings, sums, laws, graphs and piecewise functions."""
