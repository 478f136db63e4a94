"""What the shells complete, asked of the shells themselves."""

import shlex
import shutil
import subprocess

import pytest

from kerasae import commands, completion

# What bash would offer for a line, one a line; cut at `=`, as bash has it.
ASK = """
COMP_LINE=$1 COMP_POINT=${#1}
_kerasae
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    """What bash offers after a line."""
    if not shutil.which("bash"):
        pytest.skip("there is no bash")
    folder = tmp_path_factory.mktemp("completion")
    (folder / "script").write_text(completion.script("bash") + ASK, encoding="utf-8")
    (folder / "some.flags").touch()

    def ask(line):
        done = subprocess.run(
            ["bash", "--norc", "script", line],
            cwd=folder, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.splitlines()

    return ask


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("kerasae tr", ["train ", "transfer "]),
        ("kerasae train --run", ["--run_dir="]),
        ("kerasae train --res", ["--resume"]),
        ("kerasae train --model=", ["all_convolutional", "pooled"]),
        ("kerasae train --epochs=3 --model=p", ["pooled"]),
        ("kerasae train --optimizer=", ["adam", "sgd"]),
        ("kerasae train --model.latent", ["--model.latent_dim="]),
        ("kerasae train --model.stri", ["--model.strides="]),
        ("kerasae train --flagfile=so", ["some.flags"]),
        ("kerasae readout --heads=r", ["ridge"]),
        ("kerasae readout --ffn.hid", ["--ffn.hidden="]),
        ("kerasae nothing --run", [""]),
    ],
)
def test_offers(offered, line, wanted):
    assert offered(line) == wanted


def test_every_verb_and_flag_is_offered(offered):
    assert offered("kerasae ") == [f"{name} " for name in commands.names()]
    for name in commands.names():
        flags = {flag.removesuffix("=").removeprefix("--") for flag in offered(f"kerasae {name} ")}
        defined = set(commands.load(name).command_line().values)
        assert defined - {"undefok"} <= flags


def test_it_is_a_script_of_each_shell(cli, tmp_path):
    for shell in ("bash", "zsh"):
        outcome = cli("completion", f"--shell={shell}")
        assert (outcome.code, outcome.err) == (0, "")
        if shutil.which(shell):
            (tmp_path / shell).write_text(outcome.out, encoding="utf-8")
            subprocess.run([shell, "-n", tmp_path / shell], timeout=60, check=True)


def test_the_description_of_a_verb_stands_in_zsh():
    assert shlex.quote(f"train:{commands.summary('train')}") in completion.script("zsh")


def test_other_shells_are_refused(cli):
    outcome = cli("completion", "--shell=fish")
    assert outcome.code == 2
    assert "bash" in outcome.complaint


def test_known_values():
    found = completion.known_values(commands.load("train").command_line())
    assert found["optimizer"] == ("adam", "sgd")
    assert found["channels"] == ("grey", "rgb")
    assert found["download"] == ("true", "false")
    assert found["epochs"] == ()
    assert found["training_objective.method"] == ("vicreg", "barlow_twins")
