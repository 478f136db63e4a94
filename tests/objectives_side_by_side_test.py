"""The comparison of objectives: its flagfiles and the commands of its script."""

import dataclasses
import importlib
import runpy
from pathlib import Path

import pytest

from kerasae import registry, run_flags

SCRIPT = Path(__file__).parents[1] / "experiments" / "objectives" / "run.py"
SIDE_BY_SIDE = runpy.run_path(str(SCRIPT))
SETTINGS = SIDE_BY_SIDE["settings"]()


def commands(*words):
    arguments = SIDE_BY_SIDE["parse"](["--out=runs/objectives", *words])
    return dict(SIDE_BY_SIDE["commands"](arguments))


def test_settings_differ_in_the_objective_alone():
    own = {name: files for name, files in SETTINGS.items() if name != "cognition"}
    assert len(own) >= 10
    configs = [run_flags.parse([f"--flagfile={path}" for path in files]) for files in own.values()]
    assert len(set(configs)) == len(configs)
    plain = configs[0]
    alike = {
        dataclasses.replace(
            config,
            training_objective=plain.training_objective,
            objective_config=plain.objective_config,
        )
        for config in configs
    }
    assert len(alike) == 1
    assert {config.training_objective for config in configs} == set(
        registry.names(registry.OBJECTIVES)
    )


def test_its_commands_can_be_given():
    made = commands("--epochs=2", "--max_examples=300", "--seeds=0,3", "--data_dir=data")
    for verb, *words in made.values():
        line = importlib.import_module(verb).command_line()
        line.parse([verb, *words])
    assert made["mnist-sparse-train"][-4:] == [
        "--epochs=2", "--data_dir=data", "--resume", "--run_dir=runs/objectives/mnist/sparse",
    ]  # fmt: skip
    assert "--seeds=0,3" in made["mnist-sparse-train"]
    assert "mnist-moved-to-fashion_mnist" in made
    assert len(made) == 2 * (len(SETTINGS) * 4 + 1)


def test_what_ended_well_is_not_done_again(tmp_path, monkeypatch):
    """And what didn't ends the script with its exit code, and is where it goes on."""
    codes, given = iter([0, 0, 1, 0, 0]), []

    def run(words, check):
        given.append(words[2])
        return type("Done", (), {"returncode": next(codes)})

    monkeypatch.setattr(SIDE_BY_SIDE["subprocess"], "run", run)
    arguments = SIDE_BY_SIDE["parse"](
        [f"--out={tmp_path}", "--datasets=digits", "--settings=moved", "--seeds=0"]
    )
    assert [SIDE_BY_SIDE["run"](arguments) for _ in range(3)] == [1, 0, 0]
    verbs = ("train", "readout", "evaluate", "evaluate", "compare")
    assert given == [f"kerasae.{verb}" for verb in verbs]


def test_an_unknown_setting_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        commands("--settings=moved,no_such")
    assert ended.value.code == 2
    assert "Received: no_such" in capsys.readouterr().err
