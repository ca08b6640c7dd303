"""The result of the experiment on images: test errors of all methods, and how they compare."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, Self

import numpy as np

from numerics import statistics
from numerics.experiments.images.settings import ENDS, METHODS, Table1Settings
from numerics.experiments.results import Errors
from numerics.statistics import Estimate
from numerics.validation import FloatArray, check_choice

_REFERENCES = ("mixup", "baseline")


@dataclass(frozen=True)
class Candidate:
    """A value that a method's parameter was chosen from, and its validation errors.

    The ends of every graph are Mixup and the baseline themselves, without a parameter.
    """

    method: str  # the method
    parameter: float | None  # that of the graph: alpha, eps or K
    scaled: float | None  # the same in the units of `Table1.scaled`
    errors: tuple[float | None, ...]

    @property
    def mean(self) -> float:
        """Mean validation error, by which the parameter is chosen.

        Errors are counts over few samples, so that means are often equal; rounding decides nothing.
        """
        errors = [error for error in self.errors if error is not None]
        return round(float(np.mean(errors)), 12) if errors == [*self.errors] else float("inf")


@dataclass(frozen=True)
class Difference:
    """The test errors of two methods, compared run by run."""

    first: str  # the methods
    second: str  # the methods
    estimate: Estimate
    adjusted: float  # the p-value, corrected by Holm's rule for all differences beside it


@dataclass(frozen=True, slots=True, eq=False)
class Table1(Errors):
    """Test errors of networks trained on images, for each method and run.

    Parameters
    ----------
    data : str
        Name of the images.
    methods : tuple of str
        The methods, some of `numerics.experiments.images.METHODS`.
    parameters : dict
        The graph's parameter of each method: alpha, eps or K; None for those without one, and
        where Mixup or the baseline itself was chosen, the ends of every graph.
    scaled : dict
        The same without a unit: alpha times the median distance, eps as a quantile of the
        distances, K divided by the largest number of neighbours in a batch. For distances of
        features, alpha times the median distance of the trained baseline's features.
    curves : numpy.ndarray
        Share of the test set that is classified wrongly after each epoch, in [0, 1], shape
        (methods, runs, epochs). Run r has the same initial parameters, order of samples and
        partners for all methods.
    validation : tuple of Candidate
        What the parameters were chosen from, on parts of the training set only: the values of each
        graph, and once the ends of all, Mixup and the baseline.
    settings : dict
        What decides these numbers, next to the seed: `Table1Settings` as plain data.
    median_distance : float
        Median Euclidean distance of two training images, their pixels in [0, 1].
    parameter_counts : dict
        Number of parameters of each network, from `numerics.adamixup.parameter_counts`.
    provenance : dict
        Plain data: "command", "seed", "versions", "trainings" and two times in seconds: "seconds"
        is that of all trainings, summed over processes that worked side by side, and "wall" is for
        how long at least one of them was at work.
    """

    HEADER = ("method", "run", "epoch", "error")

    data: str
    methods: tuple[str, ...]
    parameters: dict[str, float | None]
    scaled: dict[str, float | None]
    curves: FloatArray
    validation: tuple[Candidate, ...]
    settings: dict[str, Any]
    median_distance: float
    parameter_counts: dict[str, int]
    provenance: dict[str, Any]

    @property
    def errors(self) -> FloatArray:  # type: ignore[override]
        """Test errors after the last epoch.

        Returns
        -------
        numpy.ndarray
            Shape (methods, runs).
        """
        return self.curves[:, :, -1]

    def candidates(self, method: str) -> tuple[Candidate, ...]:
        """List what a method's parameter was chosen from.

        Parameters
        ----------
        method : str
            The method.

        Returns
        -------
        tuple of Candidate
            Its own values, then the ends; none for a method that has nothing to choose. The ends
            are missing in files of older runs, which did not try them.

        Raises
        ------
        ValueError
            If there is no such method.
        """
        check_choice(method, "method", self.methods)
        own = tuple(item for item in self.validation if item.method == method)
        ends = tuple(item for item in self.validation if item.method in ENDS)
        return own + ends if own and method not in ENDS else ()

    def edge(self, method: str) -> str:
        """Say at which end of its values a method's parameter was chosen.

        Parameters
        ----------
        method : str
            The method.

        Returns
        -------
        str
            "mixup" or "baseline" if it is that itself; "smallest" or "largest" if it is so of the
            values that were tried, and the ends were not among them; else nothing.

        Raises
        ------
        ValueError
            If there is no such method.
        """
        tried = self.candidates(method)
        if not tried:
            return ""
        best = min(tried, key=lambda item: item.mean)  # the first of equals
        if tried[-1].method in ENDS:
            return best.method if best.method in ENDS else ""
        parameters = [item.parameter or 0.0 for item in tried]
        ends = {max(parameters): "largest", min(parameters): "smallest"}
        return ends.get(best.parameter or 0.0, "") if len(tried) > 1 else ""

    def optimism(self, method: str) -> float:
        """Estimate by how much choosing a parameter lowers the validation error that chose it.

        Parameters
        ----------
        method : str
            The method.

        Returns
        -------
        float
            Mean validation error of what the other runs choose, in the run left out, minus the
            least mean; in [0, 1], 0 for a single value and NaN without two validation runs.

        Raises
        ------
        ValueError
            If there is no such method.
        """
        tried = self.candidates(method)
        table = np.array([item.errors for item in tried if item.mean < float("inf")], dtype=float)
        if table.ndim < 2 or table.shape[1] < 2:
            return float("nan")
        sums = table.sum(axis=1)
        left_out = [run[int(np.argmin(np.round(sums - run, 12)))] for run in table.T]
        return float(np.mean(left_out) - sums.min() / table.shape[1])

    def paired(self, first: str, second: str) -> Estimate:
        """Compare two methods run by run.

        Parameters
        ----------
        first, second : str
            The methods.

        Returns
        -------
        numerics.statistics.Estimate
            Of the first's test error minus the second's.

        Raises
        ------
        ValueError
            If one is not among the methods, or there is a single run.
        """
        check_choice(first, "first", self.methods)
        check_choice(second, "second", self.methods)
        one, other = (self.errors[self.methods.index(name)] for name in (first, second))
        return statistics.paired(one, other)

    def differences(self) -> tuple[Difference, ...]:
        """Compare every method with Mixup and with the baseline.

        Returns
        -------
        tuple of Difference
            Each method minus Mixup, then each but Mixup minus the baseline, as far as the two
            are there. p-values are corrected for the number of all.

        Raises
        ------
        ValueError
            If there is a single run.
        """
        pairs = [
            (name, reference)
            for reference in _REFERENCES
            for name in self.methods
            if reference in self.methods
            and name != reference
            and (name, reference) != ("mixup", "baseline")  # as it is in the other direction
        ]
        estimates = [self.paired(*pair) for pair in pairs]
        adjusted = statistics.holm([estimate.pvalue for estimate in estimates])
        both = zip(pairs, estimates, adjusted, strict=True)
        return tuple(Difference(*pair, estimate, p) for pair, estimate, p in both)

    def _rows(self) -> Iterator[str]:
        for method, runs in zip(self.methods, self.curves.tolist(), strict=True):
            for run, errors in enumerate(runs):
                for epoch, error in enumerate(errors, 1):
                    yield f"{method},{run},{epoch},{error!r}"

    def _description(self) -> dict[str, Any]:
        return {
            "data": self.data,
            "parameters": self.parameters,
            "scaled": self.scaled,
            "validation": [
                {**asdict(item), "errors": list(item.errors)} for item in self.validation
            ],
            "settings": self.settings,
            "median_distance": self.median_distance,
            "parameter_counts": self.parameter_counts,
            "provenance": self.provenance,
        }

    @classmethod
    def _parsed(cls, rows: list[list[str]], description: dict[str, Any]) -> Self:
        methods = tuple(dict.fromkeys(row[0] for row in rows))
        unknown = set(methods) - set(METHODS)
        if unknown:
            message = f"the methods must be some of {', '.join(METHODS)}; got {', '.join(unknown)}"
            raise ValueError(message)
        settings = Table1Settings.from_dict(description["settings"])
        epochs = settings.recipe.epochs
        runs, rest = divmod(len(rows), len(methods) * epochs)
        expected = product(methods, map(str, range(runs)), map(str, range(1, epochs + 1)))
        if rest or [tuple(row[:3]) for row in rows] != list(expected):
            message = (
                f"the rows must be in the order of method, run and epoch, {epochs} for each run"
            )
            raise ValueError(message)
        errors = np.array([float(row[3]) for row in rows])
        if not ((errors >= 0) & (errors <= 1)).all():
            message = "an error must be in [0, 1]"
            raise ValueError(message)
        if description["data"] != settings.data:
            message = f"the settings are for {settings.data!r}, not for {description['data']!r}"
            raise ValueError(message)
        for name in ("parameters", "scaled"):
            if set(description[name]) != set(methods):
                message = f"{name} must be given for all methods of the table"
                raise ValueError(message)
        for name in ("parameter_counts", "provenance"):
            if not isinstance(description[name], dict):
                message = f"{name} must be a mapping"
                raise ValueError(message)
        return cls(
            data=settings.data,
            methods=methods,
            parameters={name: description["parameters"][name] for name in methods},
            scaled={name: description["scaled"][name] for name in methods},
            curves=errors.reshape(len(methods), runs, epochs),
            validation=tuple(
                Candidate(**{**item, "errors": tuple(item["errors"])})
                for item in description["validation"]
            ),
            settings=settings.to_dict(),
            median_distance=float(description["median_distance"]),
            parameter_counts=description["parameter_counts"],
            provenance=description["provenance"],
        )
