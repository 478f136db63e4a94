"""A search's pictures and page, written from its directory alone."""

import base64

import matplotlib.image
import pytest
from fake_search import DOMINATING, ERROR, NOTHING, PARAMETERS, PARETO, PUBLISHED, REASONS
from html_page import Page

from kerasae import files, registry
from kerasae.config import RunError
from kerasae.figures import search_files
from kerasae.reporting import search_report, search_tables
from kerasae.tuning import ranking
from kerasae.tuning.record import Trial

NAMES = registry.names(registry.SEARCH_PLOTS)


@pytest.fixture(scope="module")
def reported(fake_search, tmp_path_factory):
    """`(folder, page)` of a search with everything in it. Read only: tests share it."""
    folder = fake_search(
        tmp_path_factory.mktemp("searched") / "fine", objectives=PARETO, confirmed=True
    )
    path = search_report.write(folder)
    assert path == folder / "report" / "index.html"
    return folder, Page(path.read_text(encoding="utf-8"))


def page_of(folder):
    return Page(search_report.write(folder).read_text(encoding="utf-8"))


def test_every_picture_is_drawn_and_in_the_page(reported):
    folder, page = reported
    assert {path.stem for path in (folder / "figures").iterdir()} == set(NAMES)
    for name in NAMES:
        picture = folder / "figures" / f"{name}.png"
        assert matplotlib.image.imread(picture)[..., :3].std() > 0.01, f"{name} is blank"
        source = f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
        assert source in [shown["src"] for shown in page.pictures]
    assert len(page.pictures) == len(NAMES)
    assert all(shown["alt"] for shown in page.pictures)
    assert not list(folder.rglob(f"{files.SCRATCH}*"))


def test_the_page_needs_nothing_else(reported):
    _, page = reported
    assert not page.open_tags, "every tag is closed"
    assert all(address.startswith("data:") for address in page.addresses)
    assert page.scripts == 0


def test_the_page_tells_what_was_searched_and_found(reported):
    folder, page = reported
    rows = [row for row in files.read_csv(folder / "trials.csv") if row["status"] == "COMPLETED"]
    best = min(rows, key=lambda row: float(row["val_mse_per_pixel"]))
    for expected in (
        f"Trial {best['trial_id']}:",
        f"python -m kerasae.train --flagfile={folder / 'best.flags'} --run_dir=NEW",
        (folder / "best.flags").read_text().strip(),
        "bayesian",
        "without end: a range is continuous",
        "least validation error (MSE per pixel); least parameters;",
        "57 of at most 200",
        "0.0001 to 0.03, logarithmic",
        "stages is 2 or 3",
        "constraints.max_parameters",
        "data.dataset",
        PUBLISHED,
        "0,1,2",
        "python -m kerasae.search",
        REASONS["FAILED"],
        REASONS["REJECTED"],
    ):
        assert expected in page.text, expected
    assert "--optimizer" in page.text
    for varied in ("0.987", "[learning_rate]"):
        assert varied not in page.text, "the space tells what is varied"


def test_the_dimension_that_dominates_is_the_most_important(reported):
    folder, _ = reported
    rows = files.read_csv(folder / "importance.csv")
    assert {row["objective"] for row in rows} == {"val_mse_per_pixel"}, "sizes need no forest"
    shares = {row["dimension"]: float(row["importance"]) for row in rows}
    spread = {row["dimension"]: float(row["importance_std"]) for row in rows}
    assert max(shares, key=shares.get) == DOMINATING
    assert shares[DOMINATING] > 0.5
    assert abs(shares[NOTHING]) < 0.05
    assert shares[DOMINATING] - spread[DOMINATING] > shares[NOTHING] + spread[NOTHING]


@pytest.mark.parametrize("parameters", [(30, 20, 20, 10), (20, 20, 30, 10)])
def test_of_equals_the_page_names_the_one_in_the_flags(fake_search, tmp_path, parameters):
    """The same trials as the search ranks them to write `best.flags`."""
    folder = fake_search(tmp_path, 4, objectives=(ERROR, PARAMETERS), statuses=(1, 0, 0, 0))
    rows = files.read_csv(folder / "trials.csv")
    errors = (0.01, 0.01, 0.01, 0.02)
    for row, error, size in zip(rows, errors, parameters, strict=True):
        row |= {"val_mse_per_pixel": error, "parameters": size}
    files.write_csv(folder / "trials.csv", list(rows[0]), rows)
    names = ("val_mse_per_pixel", "parameters")
    outcomes = [
        Trial(row["trial_id"], {}, "COMPLETED", "", 5, 1.0, {name: row[name] for name in names})
        for row in rows
    ]
    best = ranking.ranked(outcomes, names)[0].trial_id
    assert best == rows[parameters.index(20)]["trial_id"]
    assert f"Trial {best}:" in page_of(folder).text


@pytest.mark.parametrize(("exact", "words"), [(True, "1,234"), (False, "at most 1,234")])
def test_the_size_of_a_space_is_told_as_exact_or_not(fake_search, tmp_path, exact, words):
    folder = fake_search(tmp_path, trials=0)
    plan = files.read_json(folder / "search.json")
    plan["space"] |= {"size": 1234, "size_is_exact": exact}
    files.write_json(folder / "search.json", plan)
    table = search_tables.overview(search_files.read(folder))
    assert ("candidates in it", words) in table.rows


def test_a_few_trials_say_why_there_is_no_importance(fake_search, tmp_path):
    folder = fake_search(tmp_path, trials=5, statuses=(1, 0, 0, 0))
    page = page_of(folder)
    assert "at least 20 completed trials are needed; there are 5" in page.text
    assert not (folder / "importance.csv").exists()
    assert {path.stem for path in (folder / "figures").iterdir()} == {*NAMES} - {"importance"}


def test_a_search_of_failures_has_a_page(fake_search, tmp_path):
    page = page_of(fake_search(tmp_path, trials=4, statuses=(0, 0, 0, 1)))
    assert "No trial has completed yet." in page.text
    assert "4 FAILED" in page.text
    assert len(page.pictures) == 1


def test_before_the_first_trial_the_page_says_so(fake_search, tmp_path):
    page = page_of(fake_search(tmp_path, trials=0))
    assert "0 of at most 200 trials have ended" in page.text
    assert not page.pictures


def test_names_from_data_are_escaped(fake_search, tmp_path):
    folder = fake_search(tmp_path, trials=4, statuses=(0.5, 0, 0, 0.5), seed=1)
    evil = "<script>alert(1)</script>"
    plan = files.read_json(folder / "search.json")
    plan["settings"]["data"]["dataset"] = plan["space"]["name"] = evil
    plan["published"][0]["name"] = "<img src=x>"
    files.write_json(folder / "search.json", plan | {"command": ["x", evil]})
    rows = files.read_csv(folder / "trials.csv")
    for row in rows:
        row["reason"] = row["reason"] and evil
    files.write_csv(folder / "trials.csv", list(rows[0]), rows)
    (folder / "best.flags").write_text(f"--model={evil}\n", encoding="utf-8")
    page = page_of(folder)
    assert page.scripts == 0
    assert page.text.count(evil) >= 5
    assert all(shown["src"].startswith("data:") for shown in page.pictures)


def test_what_the_machine_was_is_told_where_it_is_known(fake_search, tmp_path, finished):
    folder = fake_search(tmp_path, trials=1)
    environment = files.read_json(finished.environment) | {"platform": "a machine of its own"}
    files.write_json(folder / "environment.json", environment)
    assert "a machine of its own" in page_of(folder).text


def test_a_folder_without_a_search_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"search\.json is missing"):
        search_report.write(tmp_path)
    assert not list(tmp_path.iterdir())
