"""What is claimed of the two spirals: Figure 3 itself, and what it hangs on."""
