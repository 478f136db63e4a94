"""A run's data is read again as it was in training, by every verb, without a flag that says so."""

import pytest

from kerasae.data import pipeline
from kerasae.data.sources import tfds
from kerasae.run_dir import RunDir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "numbers_only")]


@pytest.fixture(scope="module")
def run(train, fake_datasets, tmp_path_factory):
    """Trained on streamed images of a folder of datasets, without any download."""
    run = RunDir(tmp_path_factory.mktemp("streamed") / "run")
    outcome = train(
        "--dataset=fake_labelled", f"--data_dir={fake_datasets}", "--nodownload",
        "--memory_budget_mb=0", "--epochs=1", "--model.filters=2,2", "--model.dense_sizes=",
        "--model.latent_dim=3", f"--run_dir={run.path}",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    return run


@pytest.mark.parametrize(
    "command",
    [
        "readout --heads=ridge --nobaselines",
        "evaluate --measures=reconstruction",
        "report --figures=code_map",
        "encode --out=OUT/codes.npz",
        "export --name=small --targets=keras --out=OUT",
    ],
)
def test_place_download_and_budget_are_the_runs(
    run, command, cli, fake_datasets, tmp_path, monkeypatch
):
    asked, budgets = [], []
    open_source, load = tfds.open_source, pipeline.load

    def watched_open(name, config):
        asked.append((config.data_dir, config.download))
        return open_source(name, config)

    def watched_load(source, config, seed):
        budgets.append(config.memory_budget_mb)
        return load(source, config, seed)

    monkeypatch.setattr(tfds, "open_source", watched_open)
    monkeypatch.setattr(pipeline, "load", watched_load)
    verb, *flags = command.replace("OUT", str(tmp_path)).split()
    outcome = cli(verb, f"--run_dir={run.path}", *flags)
    assert outcome.code == 0, outcome.err
    assert set(asked) == {(str(fake_datasets), False)}
    assert set(budgets) == {0}
