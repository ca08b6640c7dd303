"""Section V: what the printed experiments and the published code say, exactly."""

# Claims register themselves on import; the order is that of the paper.
from theory.experiments import (  # isort: skip  # noqa: F401
    batch_size,
    figure_4,
    table_1,
    parameters,
    public_code,
)
