"""What pictures read of a search: places along dimensions, ranks, fronts, damaged files."""

import pytest
from fake_search import ACCURACY, PARETO, dimension
from kerasae.figures.search_space import Dimension

from kerasae import files
from kerasae.config import RunError
from kerasae.figures import search_files


@pytest.mark.parametrize(
    ("entry", "cell", "place"),
    [
        (dimension("a", "choice", [32, 8, 16]), "16", 1),  # numbers in their order
        (dimension("a", "choice", [32, 8, 16]), "32.0", 2),
        (dimension("a", "choice", ["relu", "elu"]), "relu", 0),
        (dimension("a", "choice", [[3, 3], [5, 5]]), "5,5", 1),
        (dimension("a", "bool"), "true", 1),
        (dimension("a", "bool"), "False", 0),
        (dimension("a", "float", low=1e-4, high=1.0, log=True), "1e-3", 1e-3),
        (dimension("a", "int", low=1, high=9), "", None),
    ],
)
def test_places_along_a_dimension(entry, cell, place):
    assert Dimension.read(entry).position(cell) == place


def test_a_dimension_in_words():
    choice = Dimension.read(dimension("b", "choice", [4, 2], when={"a": [1, 3], "c": [True]}))
    assert (choice.told, choice.told_when) == ("2, 4", "a is 1 or 3; c is true")
    assert (choice.span, choice.labels) == ((0, 1), ("2", "4"))
    steps = Dimension.read(dimension("s", "int", low=40, high=160, step=8))
    assert steps.told == "40 to 160 in steps of 8"
    rate = Dimension.read(dimension("r", "float", low=0.001, high=0.1, log=True))
    assert (rate.told, rate.span) == ("0.001 to 0.1, logarithmic", (0.001, 0.1))


def beaten(costs, number):
    """Whether some other point is nowhere worse and somewhere better, by the definition."""
    return any(
        all(a <= b for a, b in zip(other, costs[number], strict=True))
        and any(a < b for a, b in zip(other, costs[number], strict=True))
        for place, other in enumerate(costs)
        if place != number
    )


def test_the_front_of_a_search_is_of_completed_trials_only(fake_search, tmp_path):
    search = search_files.read(fake_search(tmp_path, trials=80, objectives=PARETO))
    front = search.front({objective["column"]: 1 for objective in PARETO})
    points = {
        trial.id: [trial.value(objective["column"]) for objective in PARETO]
        for trial in search.trials
        if trial.status == "COMPLETED"
    }
    ids, costs = list(points), list(points.values())
    expected = {id_ for number, id_ in enumerate(ids) if not beaten(costs, number)}
    assert {trial.id for trial in front} == expected
    errors = [trial.value("val_mse_per_pixel") for trial in front]
    assert errors == sorted(errors)


def test_ranks_go_by_the_direction(fake_search, tmp_path):
    search = search_files.read(fake_search(tmp_path, trials=30, objectives=(ACCURACY,)))
    ranked = [trial.value("val_accuracy") for trial in search.ranked(search.objectives[0])]
    assert ranked == sorted(ranked, reverse=True)
    assert len(ranked) == len(search.completed()) > 10


def test_before_the_first_trial_there_is_none(fake_search, tmp_path):
    fake_search(tmp_path, trials=1)
    (tmp_path / "trials.csv").unlink()
    assert search_files.read(tmp_path).trials == ()


def change(folder, **cells):
    rows = files.read_csv(folder / "trials.csv")
    rows[2] |= cells
    files.write_csv(folder / "trials.csv", list(rows[0]), rows)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"status": "DONE"}, r"trials\.csv is damaged: .*status can't be 'DONE'"),
        ({"parameters": "many"}, r"trials\.csv is damaged: .*many"),
        ({"model.filters[0]": "9"}, r"trials\.csv is damaged: .*model\.filters\[0\] can't be '9'"),
    ],
)
def test_a_damaged_table_is_named(fake_search, tmp_path, cells, message):
    change(fake_search(tmp_path, trials=3), **cells)
    with pytest.raises(RunError, match=message):
        search_files.read(tmp_path)


def test_a_missing_column_is_named(fake_search, tmp_path):
    fake_search(tmp_path, trials=3)
    rows = files.read_csv(tmp_path / "trials.csv")
    files.write_csv(
        tmp_path / "trials.csv",
        [name for name in rows[0] if name != "code_size"],
        [{name: cell for name, cell in row.items() if name != "code_size"} for row in rows],
    )
    with pytest.raises(RunError, match=r"trials\.csv is damaged: .*code_size"):
        search_files.read(tmp_path)


def test_a_damaged_plan_is_named(fake_search, tmp_path):
    plan = files.read_json(fake_search(tmp_path) / "search.json")
    files.write_json(tmp_path / "search.json", plan | {"objectives": []})
    with pytest.raises(RunError, match=r"search\.json is damaged: .*objectives"):
        search_files.read(tmp_path)
    with pytest.raises(RunError, match=r"nowhere.search\.json is missing"):
        search_files.read(tmp_path / "nowhere")


def test_numbers_that_are_none_count_as_unknown(fake_search, tmp_path):
    change(fake_search(tmp_path, trials=3, statuses=(1, 0, 0, 0)), val_mse_per_pixel="nan")
    search = search_files.read(tmp_path)
    assert len(search.completed()) == 3
    assert [trial.id for trial in search.scored(search.objectives[0])] == ["0000", "0001"]
