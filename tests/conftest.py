"""What all tests share: markers, hypothesis profiles, and what a run says of the paper at its end.

A test that hits a claim by another route than its own evidence says so::

    @pytest.mark.claims("IV.2-lower")
    def test_thresholds() -> None: ...

tests/theory/test_ledger.py demands that every claim has one, and recomputes the verdicts. The last
lines of a run name what passed in it, statement by statement. What a test found travels in its
report, so that they are the same in one process and in several (``-n 2``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, Phase, settings

from figures.ledger import LEDGER
from figures.ledger.page import is_numbered
from tests.commands import call, output
from theory.proofs.verify import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from theory import Result

__all__ = ["call", "output"]  # fixtures

SHARED: dict[str, Any] = {
    "deadline": None,  # exact arithmetic takes the time that it takes; no test is timed
    # Most strategies draw lists of fractions, which hypothesis counts as slow now and then.
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("fast", max_examples=20, derandomize=True, **SHARED)
settings.register_profile("ci", max_examples=50, derandomize=True, **SHARED)
settings.register_profile("deep", max_examples=1000, **SHARED)
settings.register_profile(  # for the changed code of tests/mutations, where any example will do
    "unshrunk", settings.get_profile("fast"), phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("fast")  # --hypothesis-profile=deep asks for another

RESULTS = pytest.StashKey[dict[str, "Result"]]()
"""The claims that this process has recomputed."""

RUNNING = pytest.StashKey[pytest.Item]()
"""The test that runs."""

COLLECTED = pytest.StashKey[list[pytest.Item]]()
"""All collected tests, those that -k, -m or --deselect leave out included."""

PASSED: Counter[str] = Counter()
"""Tests that passed in this run, by the claim that they hit."""

VERDICTS: dict[str, tuple[str, bool]] = {}
"""What was recomputed in this run: the verdict of a claim, and whether it is the recorded one."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "claims(*ids): the test hits these claims by a route that is not their own evidence",
    )
    config.addinivalue_line(
        "markers", "slow: the test takes long, or kills and interrupts processes (make test-slow)"
    )
    config.stash[RESULTS] = {}
    config.stash[COLLECTED] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = list(items)
    for item in items:
        hit = [key for marker in item.iter_markers("claims") for key in marker.args]
        item.user_properties.append(("claims", hit))


def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[RUNNING] = item


@pytest.fixture(scope="session")
def recompute(pytestconfig: pytest.Config) -> Callable[[str], Result]:
    """Recompute a claim of the ledger, once in a process."""
    results = pytestconfig.stash[RESULTS]

    def once(key: str) -> Result:
        if key not in results:
            below = [once(other) for other in LEDGER[key].uses]
            results[key] = settled(LEDGER[key].run(), below)
        found = results[key]
        pytestconfig.stash[RUNNING].user_properties.append(
            ("verdict", (key, str(found.verdict or found.error), found.agrees))
        )
        return found

    return once


@pytest.fixture(scope="session")
def collected(pytestconfig: pytest.Config) -> list[pytest.Item]:
    """All collected tests, those included that are not run."""
    return pytestconfig.stash[COLLECTED]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call":
        return
    for name, value in cast("list[tuple[str, Any]]", report.user_properties):
        if name == "verdict":
            key, verdict, agrees = value
            VERDICTS[key] = (verdict, agrees)
        elif name == "claims" and report.passed:
            PASSED.update(value)


def found_lines(passed: Counter[str], verdicts: dict[str, tuple[str, bool]]) -> Iterable[str]:
    """Say what this run found: each numbered statement, what disagrees, and one line of counts."""
    places: dict[str, list[str]] = {}
    for key, claim in LEDGER.items():
        if is_numbered(claim) and (key in verdicts or passed[key]):
            place = claim.source.partition(",")[0].partition(";")[0]
            found = [verdicts[key][0], claim.assurance] if key in verdicts else []
            found += [f"{passed[key]} tests passed"] if passed[key] else []
            places.setdefault(place, []).append(f"{claim.title}: {', '.join(found)}")
    for place, found in places.items():
        for number, line in enumerate(found):
            yield f"{place if not number else '':14}  {line}"
    for key, (verdict, agrees) in verdicts.items():
        if not agrees:
            claim = LEDGER[key]
            yield f"NOT AS RECORDED  {key}, {claim.title}: {verdict}, not {claim.verdict}"
    if verdicts:
        agree = sum(agrees for _, agrees in verdicts.values())
        yield f"claims: {len(verdicts)} of {len(LEDGER)} recomputed, {agree} as recorded"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    # Around everything else, pytest's own summary included, so that the lines are the last ones.
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not session.config.option.collectonly:
        for line in found_lines(PASSED, VERDICTS):
            reporter.write_line(line)
