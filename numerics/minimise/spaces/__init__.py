"""The spaces in which a criterion is minimised."""
