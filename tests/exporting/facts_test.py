"""Facts of a run that go with a version: nothing of where it was made."""

import json

from kerasae.exporting import facts
from kerasae.runs.checks import PLACES


def test_places_of_this_machine_are_left_out():
    data = {"dataset": "mnist", "max_examples": 5, **dict.fromkeys(PLACES, "/home/me")}
    settings = {"model": "pooled", "data": data, "training": {"epochs": 1}}
    found = facts.without_places(settings)
    assert "/home/me" not in json.dumps(found)
    assert found == {**settings, "data": {"dataset": "mnist", "max_examples": 5}}
    assert settings["data"] == data, "the run's own settings stay"
