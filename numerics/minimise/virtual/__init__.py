"""Virtual samples: segments, their ends and the law of lambda."""
