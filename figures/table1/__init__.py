"""Section V.C: training on images, drawn and measured."""
