"""A search's pictures and page, written from its directory alone."""

import base64
import dataclasses
import re

import matplotlib.image
import plugins
import pytest
import shortcuts
from fake_search import (
    DOMINATING,
    ERROR,
    NOTHING,
    PARAMETERS,
    PARETO,
    PUBLISHED,
    REASONS,
    change_trials,
    choice,
    write_trials,
)
from html_page import Page

from kerasae import csv_files, files, registry
from kerasae.reporting import picture as pictures
from kerasae.reporting import search_report, search_tables
from kerasae.runs import environment
from kerasae.tuning.description import PublishedArchitecture
from kerasae.tuning.open_search import open_search
from kerasae.tuning.record import Trial

pytestmark = pytest.mark.slow

NAMES = registry.names(registry.SEARCH_PLOTS)


@pytest.fixture(scope="module")
def reported(fake_search, tmp_path_factory):
    """`(folder, page)` of a search with everything in it. Read only: tests share it."""
    folder = fake_search(
        tmp_path_factory.mktemp("searched") / "fine", objectives=PARETO, confirmed=True
    )
    path = search_report.write(open_search(folder))
    assert path == folder / "report" / "index.html"
    return folder, Page(path.read_text(encoding="utf-8"))


def page_of(folder):
    """The page of a search; of its pictures only that they are there."""
    with shortcuts.blank_figures():
        return Page(search_report.write(open_search(folder)).read_text(encoding="utf-8"))


def test_every_picture_is_drawn_and_in_the_page(reported):
    folder, page = reported
    assert {path.stem for path in (folder / "figures").iterdir()} == set(NAMES)
    for name in NAMES:
        picture = folder / "figures" / f"{name}.png"
        assert matplotlib.image.imread(picture)[..., :3].std() > 0.01, f"{name} is blank"
        shown = pictures.read(picture).png
        source = f"data:image/png;base64,{base64.b64encode(shown).decode()}"
        assert source in [shown["src"] for shown in page.pictures]
    assert len(page.pictures) == len(NAMES)
    assert all(shown["alt"] for shown in page.pictures)
    assert not list(folder.rglob(f"{files.SCRATCH}*"))


def test_the_page_needs_nothing_else(reported):
    _, page = reported
    assert not page.open_tags, "every tag is closed"
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert page.brings_its_own_program_only


def test_the_page_tells_what_was_searched_and_found(reported):
    folder, page = reported
    rows = [row for row in csv_files.read(folder / "trials.csv") if row["status"] == "COMPLETED"]
    best = min(rows, key=lambda row: float(row["val_mse_per_pixel"]))
    for expected in (
        f"Trial {best['trial_id']}:",
        f"Best: trial {best['trial_id']}, validation error (MSE per pixel) 0.0",
        "8,000 training images",
        f"python -m kerasae.train --flagfile={folder / 'best.flags'} --run_dir=NEW",
        (folder / "best.flags").read_text().strip(),
        "bayesian",
        "without end: a range is continuous",
        "least validation error (MSE per pixel); least parameters;",
        "57 of at most 200",
        "0.0001 to 0.03, logarithmic",
        "stages is 2 or 3",
        "--max_parameters",
        "images.version",
        PUBLISHED,
        "0,1,2",
        "trained anew with 3 seeds",
        "Search fine on mnist",
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
    rows = csv_files.read(folder / "importance.csv")
    assert {row["objective"] for row in rows} == {"val_mse_per_pixel"}, "sizes need no forest"
    shares = {row["dimension"]: float(row["importance"]) for row in rows}
    spread = {row["dimension"]: float(row["importance_std"]) for row in rows}
    assert max(shares, key=shares.get) == DOMINATING
    assert shares[DOMINATING] > 0.5
    assert abs(shares[NOTHING]) < 0.05
    assert shares[DOMINATING] - spread[DOMINATING] > shares[NOTHING] + spread[NOTHING]


def tied(*points):
    """Completed trials at `(error, parameters)`, numbered in this order."""
    return [
        Trial(f"{number:04}", {"model.latent_dim": 8 + number}, "COMPLETED", "", 5, 1.0,
              {ERROR.name: error, "parameters": size, "multiply_adds": 9, "code_size": 3})
        for number, (error, size) in enumerate(points)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("objectives", "points", "order"),
    [
        # Ties of one objective go by number.
        ((ERROR,), [(0.02, 1), (0.01, 9), (0.01, 5), (0.01, 7)], "1 2 3 0"),
        # Ties of the first objective go by the other one, then by number; each front by itself.
        ((ERROR, PARAMETERS), [(0.01, 30), (0.01, 20), (0.01, 20), (0.02, 10)], "1 2 3 0"),
        ((ERROR, PARAMETERS), [(0.01, 90), (0.02, 95), (0.03, 10), (0.025, 96)], "0 2 1 3"),
    ],
)
def test_leaderboard_page_and_flags_have_one_order(tmp_path, objectives, points, order):
    dimension = choice("model.latent_dim", 8, 9, 10, 11)
    folder = write_trials(tmp_path, tied(*points), objectives, [dimension])
    expected = [f"{int(number):04}" for number in order.split()]
    lines = (folder / "leaderboard.md").read_text("utf-8").splitlines()[2:]
    assert [line.split("|")[2].strip() for line in lines] == expected
    search = open_search(folder)
    table = search_tables.leaderboard(search)
    assert [row[0] for row in table.rows] == expected
    assert f"Trial {expected[0]}:" in page_of(folder).text
    assert (folder / "best.flags").read_text("utf-8").startswith(f"# Trial {expected[0]} of")
    by = "by validation error (MSE per pixel)"
    several = f"the Pareto front first, then the front of the rest, each {by}"
    assert table.title == f"The best 10, {several if len(objectives) > 1 else by}"


def test_a_picture_that_is_one_file_is_on_the_page(fake_search, tmp_path):
    folder = fake_search(tmp_path / "search", trials=5)
    code = """\"\"\"Trials by number.\"\"\"
from kerasae.figures import style

NEEDS = ("record.jsonl",)


def draw(search):
    figure = style.figure(2, 2)
    figure.subplots().plot([trial.epochs for trial in search.trials])
    return figure
"""
    (tmp_path / "plugins").mkdir()
    with plugins.added(registry.SEARCH_PLOTS, tmp_path / "plugins", by_number=code):
        page = page_of(folder)
        assert re.search(r"More pictures\s.*Trials by number\.", page.text, re.DOTALL)
        assert (folder / "figures" / "by_number.png").exists()
    assert "More pictures" not in page_of(folder).text


@pytest.mark.parametrize(("exact", "words"), [(True, "1,234"), (False, "at most 1,234")])
def test_the_size_of_a_space_is_reported_as_exact_or_not(fake_search, tmp_path, exact, words):
    folder = fake_search(tmp_path, trials=0, size=1234, size_is_exact=exact)
    table = search_tables.overview(open_search(folder))
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
    evil = "<script>alert(1)</script>"
    folder = fake_search(
        tmp_path, trials=4, statuses=(0.5, 0, 0, 0.5), seed=1, tuner=evil, command=["x", evil],
        settings={"--dataset": evil},
        published=(PublishedArchitecture("<img src=x>", {}, 9, 9, 9),),
    )  # fmt: skip

    def change(_, trial):
        trial["reason"] = trial["reason"] and evil

    change_trials(folder, change)
    (folder / "best.flags").write_text(f"--model={evil}\n", encoding="utf-8")
    page = page_of(folder)
    assert page.brings_its_own_program_only
    assert page.text.count(evil) >= 5
    assert all(shown["src"].startswith("data:") for shown in page.pictures)


def test_what_the_machine_was_is_reported_where_it_is_known(fake_search, tmp_path, finished):
    folder = fake_search(tmp_path, trials=1)
    known = environment.read(finished.environment)
    there = dataclasses.replace(known, platform="a machine of its own")
    environment.write(folder / "environment.json", there)
    assert "a machine of its own" in page_of(folder).text
