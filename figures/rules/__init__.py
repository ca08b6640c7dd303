"""What rules for eps that look at the points alone are worth, beyond the paper."""
