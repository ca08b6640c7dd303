"""Claims, their evidence, and the certificates that it is made of."""
