"""What all tests share: two markers, the hypothesis profile and the line about the ledger.

A test that hits a claim by another route than its own evidence says so::

    @pytest.mark.claims("IV.2-lower")
    def test_thresholds() -> None: ...

tests/theory/test_ledger.py demands that every claim has one, and recomputes the verdicts; the last
line of a pytest run sums them up.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from figures.ledger import LEDGER
from theory.proofs.verify import in_order, settled, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from theory import Result

settings.register_profile(
    "local-mixup",
    deadline=None,  # exact arithmetic takes the time that it takes; no test is timed
    max_examples=20,
    derandomize="CI" in os.environ,
    # Most strategies draw lists of fractions, which hypothesis counts as slow now and then.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("local-mixup")

RESULTS = pytest.StashKey[dict[str, "Result"]]()
"""The claims that this session has recomputed."""

COLLECTED = pytest.StashKey[list[pytest.Item]]()
"""All collected tests, those that -k, -m or --deselect leave out included."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "claims(*ids): the test hits these claims by a route that is not their own evidence",
    )
    config.addinivalue_line(
        "markers",
        "slow: the test takes long, or kills and interrupts processes (make test-slow)",
    )
    config.stash[RESULTS] = {}
    config.stash[COLLECTED] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = list(items)


@pytest.fixture(scope="session")
def recompute(pytestconfig: pytest.Config) -> Callable[[str], Result]:
    """Recompute a claim of the ledger, once in a session."""
    results = pytestconfig.stash[RESULTS]

    def once(key: str) -> Result:
        if key not in results:
            below = [once(other) for other in LEDGER[key].uses]
            results[key] = settled(LEDGER[key].run(), below)
        return results[key]

    return once


@pytest.fixture(scope="session")
def collected(pytestconfig: pytest.Config) -> list[pytest.Item]:
    """All collected tests, those included that are not run."""
    return pytestconfig.stash[COLLECTED]


def claims_line(results: list[Result], total: int) -> str:
    """Sum up the claims that were recomputed, in one line."""
    if not results:
        return f"claims: none of {total} recomputed"
    how_many = f"{len(results)}" if len(results) == total else f"{len(results)} of {total}"
    agree = sum(result.agrees for result in results)
    verdicts = summary(results).partition(": ")[2]
    return f"claims: {how_many} recomputed, {agree} as recorded: {verdicts}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    # Around everything else, pytest's own summary included, so that the line is the last one.
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not session.config.option.collectonly:
        results = in_order(session.config.stash[RESULTS].values(), LEDGER)
        reporter.write_line(claims_line(results, len(LEDGER)))
