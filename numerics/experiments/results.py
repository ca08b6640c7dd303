"""What the results of all experiments are: tables of test errors, with the runs in columns."""

import numpy as np

from numerics import statistics
from numerics.archive.tables import Table
from numerics.validation import FloatArray


class Errors(Table):
    """Test errors of trained networks: a row for each setting, a column for each run."""

    __slots__ = ()

    errors: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean test error of each row.

        Returns
        -------
        numpy.ndarray
            Shape (rows,).
        """
        return np.asarray(self.errors.mean(axis=1))

    @property
    def half_width(self) -> FloatArray:
        """Half the width of Student's 95 % interval of the mean error.

        Returns
        -------
        numpy.ndarray
            Shape (rows,); NaN for a single run.
        """
        return statistics.half_widths(self.errors)
