"""The training loops of examples/training run, where their library is installed, and learn."""

import re
from importlib.util import find_spec

import pytest

from tests.processes import ROOT, done

FOLDER = ROOT / "examples" / "training"


@pytest.mark.parametrize(
    ("name", "library", "lines"),
    [
        ("scikit_learn", "sklearn", 1),
        pytest.param("pytorch_loop", "torch", 2, marks=pytest.mark.slow),
        pytest.param("jax_loop", "jax", 1, marks=pytest.mark.slow),
    ],
)
def test_loop_learns_the_spirals(name: str, library: str, lines: int) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    run = done(str(FOLDER / f"{name}.py"), env={"MPLBACKEND": "agg", "DISPLAY": ""})
    assert run.returncode == 0, run.stderr
    errors = [float(found) for found in re.findall(r"test error (\S+)", run.stdout)]
    assert len(errors) == lines
    assert max(errors) < 0.2  # chance is 0.5


def test_every_loop_is_run_and_ends_in_a_picture() -> None:
    sources = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    assert set(sources) == {"scikit_learn", "pytorch_loop", "jax_loop"}
    for source in sources.values():
        assert "scatter(" in source
        assert source.endswith('    plt.show()\n\n\nif __name__ == "__main__":\n    main()\n')
