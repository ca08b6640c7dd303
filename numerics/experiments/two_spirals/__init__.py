"""The experiment of Figure 3: settings, runs and results."""
