"""Publishing a run: what a card says of where it lies."""

from pathlib import Path

from kerasae.jobs.export import _shown


def test_the_path_in_a_card_is_the_versions_own(tmp_path, monkeypatch):
    """From where the export ran; what is above belongs to this machine."""
    monkeypatch.chdir(tmp_path)
    for given in (Path("models/deep/x"), tmp_path / "models" / "deep" / "x"):
        assert _shown(given) == "models/deep/x"
    assert _shown(Path("../models/x")) == "../models/x"
    assert _shown(Path("/elsewhere/models/x")) == "models/x"
