"""The two benchmarks of training as they are called, without the frameworks they compare with."""

import sys
from typing import Any

import pytest

from benchmarks import images, trainer
from tests.processes import done


@pytest.mark.parametrize(
    ("line", "small", "told"),
    [
        (
            "images.py --synthetic --only numerics --task Mixup --threads 1",
            "--seeds 1 --epochs 2 --samples 256",
            "numerics.mlp.single",
        ),
        (
            "trainer.py --only numpy --batch 241 --rounds 1 --seconds 0.01",
            "--replicates 2 --updates 7",
            "numerics.mlp, NumPy",
        ),
    ],
)
def test_command(line: str, small: str, told: str) -> None:
    run = done(*f"benchmarks/{line} {small}".split())
    assert run.returncode == 0, run.stderr
    assert told in run.stdout
    assert "percent of the sgemm peak" in run.stdout
    assert "PyTorch" not in run.stdout


@pytest.mark.parametrize(("module", "option"), [(images, "--epochs"), (trainer, "--rounds")])
def test_a_bad_argument_is_named(
    module: Any, option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmark", option, "0"])
    with pytest.raises(SystemExit, match="2"):
        module.main()
    assert f"{option} must be at least 1, got 0" in capsys.readouterr().err
