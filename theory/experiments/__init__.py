"""Section V: what the printed experiments and the published code say, exactly."""

# Claims register themselves on import; the order is that of the paper.
# isort: skip_file
# ruff: noqa: F401
from theory.experiments import batch_size, figure_4, table_1, parameters, public_code
