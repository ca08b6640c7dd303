"""What decides the numbers of the experiment on images, for each data set (Section V.C)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Final, Literal, TypeAlias, get_args

from numerics.adamixup import Policy
from numerics.archive.plain import Plain, chosen
from numerics.datasets import NAMES
from numerics.mixing import Mixing
from numerics.mlp.single import Recipe
from numerics.validation import check_choice, check_count, check_nonnegative

Method: TypeAlias = Literal[
    "baseline",
    "mixup",
    "exponential",
    "threshold",
    "knn",
    "adamixup",
    "exponential-features",
    "threshold-quantile",
]
"""Vanilla training, Mixup, Local Mixup with each of the three graphs, AdaMixup; then the
exponential graph on the distances of features, and the threshold at a quantile fixed beforehand."""

METHODS: Final[tuple[Method, ...]] = get_args(Method)
"""All methods."""

DEFAULT_METHODS: Final = METHODS[:6]
"""Those of Table I and the paper's other two graphs."""

Place: TypeAlias = tuple[str, float | None]
"""What is trained: a method, and its parameter in the units of the settings."""

_GRIDS: dict[str, str] = {
    "exponential": "exponential",
    "exponential-features": "exponential",
    "threshold": "threshold",
    "knn": "knn",
}

#: Of the recipe, where a data set has others than `Recipe`.
_OWN: dict[str, dict[str, Any]] = {
    "digits": {"widths": (100, 100), "epochs": 60, "batch_size": 32},
    "fashion-mnist": {"epochs": 15},
}

_POLICY = "policy_"
"""How the names of ingredients begin that are the policy's."""

_NEIGHBOURS = (1 / 16, 1 / 4, 1 / 2, 3 / 4)
"""K divided by the size of a batch, of the values that are tried."""

ENDS: Final[tuple[Method, ...]] = ("mixup", "baseline")
"""What the values of every graph lie between, and are chosen from beside them: all pairs count the
same for alpha = 0, eps from the diameter on and K up to the batch, and none for the opposite."""


@dataclass(frozen=True, kw_only=True)
class Table1Settings(Plain):
    """What decides the numbers of the experiment on images, next to the seed."""

    PARTS: ClassVar = {"recipe": Recipe, "policy": Policy}

    data: str  # name of the images, as `numerics.datasets.load` takes it
    recipe: Recipe = field(default_factory=Recipe)  # how a network is trained, by all methods
    policy: Policy = field(default_factory=lambda: Policy(targets="held"))
    alpha: float = 1.0  # parameters of the law of lambda, Beta(alpha, beta); AdaMixup has its own
    beta: float = 1.0  # parameters of the law of lambda, Beta(alpha, beta); AdaMixup has its own
    lam: Literal["batch", "pair"] = "batch"  # one lambda for each batch, or for each pair
    pairing: Literal["permutation", "repetition"] = "permutation"
    normalise: Literal["batch", "weights"] = "batch"
    # The first is the published rate: 0.0005 for pixels in [-1, 1], on Fashion-MNIST.
    exponential: tuple[float, ...] = (0.0115, 0.1, 0.5, 1.0, 2.0, 4.0)
    threshold: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9)
    knn: tuple[int, ...] = (8, 32, 64, 96)
    quantile: float = 0.25
    validation_runs: int = 5  # runs of each value to choose from

    def __post_init__(self) -> None:
        """Check the fields."""
        check_choice(self.data, "data", NAMES)
        self.mixing("mixup", None)
        check_count(self.validation_runs, "validation_runs", least=1)
        for name in ("exponential", "threshold", "knn"):
            _check_grid(getattr(self, name), name, self.recipe.batch_size)
        _check_grid((self.quantile,), "quantile", self.recipe.batch_size)

    def grid(self, method: str) -> tuple[float, ...]:
        """Return the values that a method's parameter is chosen from, beside the ends."""
        return tuple(map(float, getattr(self, _GRIDS[method]))) if method in _GRIDS else ()

    def places(self, method: str) -> list[Place]:
        """Return what is trained to choose a method's parameter: its values, and the ends."""
        own: list[Place] = [(method, value) for value in self.grid(method)]
        return [*own, *((end, None) for end in ENDS)] if own else []

    def mixing(self, method: str, parameter: float | None) -> Mixing:
        """Return how samples are mixed."""
        if method == "baseline":
            graph, value = "threshold", 0.0
        else:
            graph = "none" if method in ("mixup", "adamixup") else method.partition("-")[0]
            value = parameter or 0.0
        return Mixing(
            graph=graph,  # type: ignore[arg-type]  # a graph, as the method's name says
            parameter=int(value) if graph == "knn" else value,
            alpha=self.alpha,
            beta=self.beta,
            lam=self.lam,
            pairing=self.pairing,
            normalise=self.normalise,
        )

    def of_one_training(self) -> dict[str, Any]:
        """Return what decides the numbers of one training with a given parameter."""
        chosen_from = {"exponential", "threshold", "knn", "quantile", "validation_runs"}
        return {name: value for name, value in self.to_dict().items() if name not in chosen_from}


def settings(data: str = "digits", **ingredients: Any) -> Table1Settings:
    """Complete the settings of a data set."""
    known = flat(Table1Settings(data=data))
    given = chosen({**_OWN.get(data, {}), **ingredients}, known)
    base = Table1Settings(data=data)
    recipe = replace(base.recipe, **_part(given, base.recipe))
    try:
        policy = replace(base.policy, **_part(given, base.policy, _POLICY))
    except ValueError as error:
        message = f"{_POLICY}{error}"  # it begins with the name of the field
        raise ValueError(message) from None
    if "knn" not in given:
        near = (round(share * recipe.batch_size) for share in _NEIGHBOURS)
        most = max(1, recipe.batch_size - 1)
        given["knn"] = tuple(dict.fromkeys(min(max(1, K), most) for K in near))
    return replace(base, recipe=recipe, policy=policy, **_part(given, base))


def flat(chosen: Table1Settings) -> dict[str, Any]:
    """Return the ingredients of settings."""
    names = [item.name for item in fields(chosen) if item.name not in ("data", "recipe", "policy")]
    return {
        **{item.name: getattr(chosen.recipe, item.name) for item in fields(chosen.recipe)},
        **{name: getattr(chosen, name) for name in names},
        **{_POLICY + item.name: getattr(chosen.policy, item.name) for item in fields(Policy)},
    }


def changes(chosen: Table1Settings) -> dict[str, Any]:
    """Return the ingredients that are not the data set's own, and the folder that it needs."""
    own = flat(settings(chosen.data, batch_size=chosen.recipe.batch_size))
    own["batch_size"] = settings(chosen.data).recipe.batch_size
    folder = {} if chosen.data in ("digits", "fashion-mnist") else {"folder": "DIR"}
    return folder | {name: value for name, value in flat(chosen).items() if value != own[name]}


def _part(given: dict[str, Any], owner: Any, prefix: str = "") -> dict[str, Any]:
    names = [item.name for item in fields(owner)]
    return {name: given[prefix + name] for name in names if prefix + name in given}


def _check_grid(values: Sequence[float], name: str, batch_size: int) -> None:
    if not isinstance(values, tuple) or not values or len(set(values)) < len(values):
        message = f"{name} must be a tuple of different numbers, got {values!r}"
        raise ValueError(message)
    for value in values:
        if name == "knn":
            if check_count(value, name, least=1) >= max(batch_size, 2):
                message = (
                    f"knn must be less than the size of a batch, {batch_size}, as with all others "
                    f"for neighbours it is Mixup; got {value}"
                )
                raise ValueError(message)
        elif check_nonnegative(value, name) == 0 or (name != "exponential" and value > 1):
            takes = "above 0" if name == "exponential" else "a quantile, above 0 and at most 1"
            message = f"{name} must be {takes}; got {value!r}"
            raise ValueError(message)
