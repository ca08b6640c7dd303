"""What the figures share: their style, their options and how they are written."""
