"""The command line of a search: help, and every mistake by exit code and one message."""

from pathlib import Path

import pytest

from kerasae import search as search_cli
from kerasae.verbs import search

READY = sorted((Path(__file__).parents[1] / "search" / "flags").glob("*.flags"))
SPACE = '["model.latent_dim"]\nchoices = [2, 4]\n'


@pytest.fixture
def refused(cli, small_run, tmp_path):
    """Runs a search that must be refused as bad input; gives the message."""
    space = tmp_path / "space.toml"
    space.write_text(SPACE, encoding="utf-8")

    def run(*flags, content=None):
        if content is not None:
            space.write_text(content, encoding="utf-8")
        given = {flag.split("=")[0] for flag in flags}
        usual = [f"--space={space}", f"--out={tmp_path / 'out'}", "--validation_fraction=0.2"]
        usual = [flag for flag in usual if flag.split("=")[0] not in given]
        outcome = cli("search", *small_run, *usual, *flags)
        assert outcome.code == 2, outcome.err
        assert outcome.out == ""
        assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
        return outcome.complaint

    return run


def test_help_is_complete(cli):
    outcome = cli("search", "--help")
    assert outcome.code == 0
    shown = {line.strip() for line in outcome.out.splitlines() if line.startswith("  --")}
    defined = {f"--{name}" for name in search_cli.command_line().values}
    assert defined - {"--flagfile", "--undefok"} <= shown
    assert "proposed: bayesian, grid, hyperband, random" in outcome.out


@pytest.mark.parametrize("flagfile", READY, ids=lambda path: path.stem)
def test_a_ready_search_can_be_begun(flagfile, real_data, tmp_path):
    line = search_cli.command_line()
    line.parse(["search", f"--flagfile={flagfile}", f"--data_dir={real_data}", f"--out={tmp_path}"])
    planned = search.plan(line, [])
    assert len(planned.candidates.space.names) > 5


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--out=",), "--out must be given"),
        (("--space=",), "--space must be given. Its help: what may vary: a TOML file, or the name"),
        (("--space=nothing.toml",), "--space=nothing.toml is neither a file nor a space in search"),
        (("--validation_fraction=0",), "A search needs --validation_fraction above 0"),
        (("--tuner=grids",), "--tuner must be one of bayesian, grid, hyperband, random"),
        (("--objective=loss",), "--objective must be one of code_size, multiply_adds, parameters,"),
        (("--objective=parameters",), "--objective must begin with one of val_mse_per_pixel, val_"),
        (("--objective=val_accuracy,val_accuracy",), "--objective must name each one once"),
        (("--max_trials=0",), "--max_trials must be 1 or more"),
        (("--max_code=0",), "--max_code must be 1 or more"),
        (("--max_failures=0",), "--max_failures must be 1 or more"),
        (("--workers=0",), "--workers must be 1 or more"),
        (("--workers=9999",), "--workers times --threads_per_worker must be"),
        (("--threads_per_worker=9999",), "--workers times --threads_per_worker must be"),
        (("--worker_patience=0",), "--worker_patience must be 1 or more"),
        (("--keep_top=0",), "--keep_top must be 1 or more"),
        (("--confirm=-1",), "--confirm must be 0 or more"),
        (("--confirm_seeds=1,1",), "--confirm_seeds must be one or more different seeds"),
        (("--confirm_seeds=3000000000",), "--confirm_seeds must be 0 or more, below 2147483648"),
        (("--confirm_seeds=",), "--confirm_seeds must be one or more different seeds"),
        (("--median_stopping", "--tuner=hyperband"), "--median_stopping goes with --objective=val"),
        (("--median_stopping", "--objective=val_accuracy"), "--median_stopping goes with"),
        (("--model.depth=3",), "--model=pooled has no option model.depth"),
        (("--epochs=0",), "--epochs must be 1 or more"),
    ],
)
def test_bad_flags(refused, flags, message):
    assert refused(*flags).startswith(message)


def test_help_says_what_must_be_given_and_what_the_space_decides(cli):
    shown = cli("search", "--help").out
    assert shown.count("[required]") == 2
    assert "[required, as in 0.1]" in shown
    assert "[0.0]" not in shown.partition("--validation_fraction")[2].partition("--memory")[0]
    assert "Model:\n  What the space varies, of the model and of training, has the space's" in shown


def test_mistakes_in_the_space_are_one_message(refused):
    message = refused(content='["model.latent_din"]\nchoices = [2]\n[batch_size]\nmin = 4\n')
    assert "has 2 mistake(s): (1) [model.latent_din]: there is no such setting" in message
    assert "(2) [batch_size] max: is missing" in message
    assert "line 1" in refused(content="[batch_size\n")


def test_a_grid_needs_values_to_go_through(refused):
    message = refused("--tuner=grid", content="[learning_rate]\nmin = 0.1\nmax = 1\n")
    assert message.startswith("--tuner=grid needs values to go through")
    assert message.endswith("Received: continuous=learning_rate.")


def test_a_place_that_cannot_be_written(refused, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    message = refused(f"--out={tmp_path / 'file' / 'out'}")
    assert message.startswith(f"--out={tmp_path / 'file' / 'out'} can't be written")


def test_a_training_run_is_not_searched_in(cli, small_run, finished, tmp_path):
    space = tmp_path / "space.toml"
    space.write_text(SPACE, encoding="utf-8")
    flags = (f"--space={space}", "--validation_fraction=0.2", f"--out={finished.path}")
    outcome = cli("search", *small_run, *flags)
    assert outcome.code == 2
    assert "holds a training run" in outcome.complaint
