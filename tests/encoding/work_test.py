"""A model that goes to another machine with its work."""

import pytest

from kerasae.data.applied_config import AppliedDataConfig
from kerasae.encoding.config import EncodingInput
from kerasae.encoding.work import EncodingWork
from kerasae.exporting.artefact.config import ArtefactConfig


@pytest.mark.parametrize("given", ["..", ".", "../../model"])
def test_it_arrives_in_the_folder_that_is_given_and_nowhere_else(given, tmp_path, monkeypatch):
    here, there = tmp_path / "here" / "model", tmp_path / "there" / "node"
    (here / "variables").mkdir(parents=True)
    (here / "saved_model.pb").write_bytes(b"graph")
    (here / "variables" / "data").write_bytes(b"weights")
    there.mkdir(parents=True)
    monkeypatch.chdir(here if given == "." else here / "variables")
    data = AppliedDataConfig(dataset="digits")
    work = EncodingWork(EncodingInput(None, ArtefactConfig(saved_model=given), None, data), 1)
    arrived = work.carrying_its_model().at(there).given.artefact.path
    assert arrived == there / "model"
    found = {p.relative_to(tmp_path / "there") for p in (tmp_path / "there").rglob("*")}
    assert {str(path) for path in found} == {
        "node", "node/model", "node/model/saved_model.pb", "node/model/variables",
        "node/model/variables/data",
    }  # fmt: skip
    assert (arrived / "variables" / "data").read_bytes() == b"weights"
