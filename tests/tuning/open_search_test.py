"""A search read back from its directory: the same types, fronts, ranks, damaged files."""

import dataclasses
import re

import pytest
from fake_search import (
    ACCURACY,
    DIMENSIONS,
    ERROR,
    PARETO,
    change_json,
    change_trials,
    write_trials,
)

from kerasae import files
from kerasae.config import RunError
from kerasae.tuning import description, ranking, record
from kerasae.tuning.open_search import open_search


def test_types_are_those_that_were_written(fake_search, tmp_path):
    search = open_search(fake_search(tmp_path, trials=30, objectives=PARETO))
    assert search.dimensions == DIMENSIONS
    assert search.objectives == PARETO
    assert list(search.trials) == record.trials(record.read(search.folder.record))
    copy = tmp_path / "copy.json"
    description.write(copy, search.description)
    assert copy.read_bytes() == search.folder.description.read_bytes()


def beaten(costs, number):
    """Whether some other point is nowhere worse and somewhere better, by the definition."""
    return any(
        all(a <= b for a, b in zip(other, costs[number], strict=True))
        and any(a < b for a, b in zip(other, costs[number], strict=True))
        for place, other in enumerate(costs)
        if place != number
    )


def test_the_front_of_a_search_is_of_completed_trials_only(fake_search, tmp_path):
    search = open_search(fake_search(tmp_path, trials=80, objectives=PARETO))
    front = ranking.front(search.trials, search.objectives)
    points = {
        trial.trial_id: [trial.value(objective.name) for objective in PARETO]
        for trial in search.trials
        if trial.status == "COMPLETED"
    }
    ids, costs = list(points), list(points.values())
    expected = {id_ for number, id_ in enumerate(ids) if not beaten(costs, number)}
    assert {trial.trial_id for trial in front} == expected
    assert search.ranked[: len(front)] == front
    errors = [trial.value(ERROR.name) for trial in front]
    assert errors == sorted(errors)


def test_ranks_go_by_the_direction(fake_search, tmp_path):
    search = open_search(fake_search(tmp_path, trials=30, objectives=(ACCURACY,)))
    ranked = [trial.value(ACCURACY.name) for trial in search.ranked]
    assert ranked == sorted(ranked, reverse=True)
    assert len(ranked) == len(search.completed) > 10


def test_of_a_candidate_the_last_trial_counts(tmp_path, fake_search):
    first, second = open_search(fake_search(tmp_path, trials=2)).trials
    again = dataclasses.replace(first, status="FAILED", reason="later")
    assert open_search(write_trials(tmp_path, [first, second, again], (ERROR,))).trials == (
        again,
        second,
    )


def test_before_the_first_trial_there_is_none(fake_search, tmp_path):
    assert open_search(fake_search(tmp_path, trials=0)).trials == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "DONE"}, r"record\.jsonl is damaged, .*status can't be 'DONE'"),
        ({"numbers": {"parameters": "many"}}, r"record\.jsonl is damaged, .*`int \| float`, got"),
        ({"numbers": {"parameters": None}}, r"record\.jsonl is damaged, .*`int \| float`, got"),
        ({"values": {"model.filters[0]": 9}}, r"jsonl is damaged: model\.filters\[0\] can"),
        ({"values": {"learning_rate": "x"}}, r"jsonl is damaged: learning_rate can't be x"),
        (
            {"values": {"nothing": 9}},
            r"jsonl is damaged: trial 0002: there is no dimension",
        ),
        (
            {"status": "COMPLETED", "numbers": {}},
            r"jsonl is damaged: trial 0002: code_size",
        ),
    ],
)
def test_a_damaged_record_is_named(fake_search, tmp_path, change, message):
    fake_search(tmp_path, trials=3)
    change_trials(tmp_path, lambda number, trial: trial.update(change if number == 2 else {}))
    with pytest.raises(RunError, match=message):
        open_search(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"objectives": []}, r"search\.json is damaged, .*objectives are missing"),
        ({"objectives": [{"name": "loss"}]}, r"search\.json is damaged, .*direction"),
        ({"space": {"name": "pooled"}}, r"search\.json is damaged, .*dimensions"),
        ({"max_trials": "many"}, r"search\.json is damaged, .*max_trials"),
    ],
)
def test_a_damaged_description_is_named(fake_search, tmp_path, change, message):
    fake_search(tmp_path)
    change_json(tmp_path / "search.json", lambda content: content.update(change))
    with pytest.raises(RunError, match=message):
        open_search(tmp_path)


def test_a_folder_without_a_search_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"search\.json is missing"):
        open_search(tmp_path)
    files.write_json(tmp_path / "search.json", [])
    with pytest.raises(RunError, match=r"search\.json is damaged"):
        open_search(tmp_path)


@pytest.mark.parametrize("name", ["search.json", "record.jsonl", "confirm.json"])
def test_a_changed_number_is_refused(fake_search, tmp_path, name):
    fake_search(tmp_path, trials=20, confirmed=True)
    path = tmp_path / name
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'(": [0-9.]*)[0-8](?=[,\n])', r"\g<1>9", text, count=1), "utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(RunError, match=rf"{name} was changed since kerasae wrote it"):
        open_search(tmp_path)


def test_what_was_confirmed_of_another_search_is_not_shown(fake_search, tmp_path):
    """As where a search was begun anew in the folder of an older one."""
    folder = fake_search(tmp_path, trials=20, confirmed=True)
    (best, published) = open_search(folder).confirmed
    assert best.architecture.startswith("trial ") and best.seeds == (0, 1, 2)
    assert published.measured["ffn_accuracy"].mean == pytest.approx(0.91)
    assert open_search(fake_search(tmp_path, trials=20, max_trials=300)).confirmed, "only longer"
    assert open_search(fake_search(tmp_path, trials=20, settings={})).confirmed == ()


def test_it_is_opened_without_tensorflow(fake_search, tmp_path, python):
    fake_search(tmp_path)
    code = (
        "import sys\nfrom kerasae.tuning.open_search import open_search\n"
        "open_search(sys.argv[1])\n"
        "print({'tensorflow', 'keras', 'keras_tuner', 'sklearn'} & set(sys.modules))"
    )
    done = python(code, tmp_path)
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr
