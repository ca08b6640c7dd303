"""The training step as one compiled kernel."""
