"""Section V.B: Q(D) on images, drawn and measured."""
