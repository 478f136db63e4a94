"""Every picture of a search, on searches of all kinds, and what each one shows."""

import io

import figure_layout
import numpy as np
import pytest
from fake_search import ACCURACY, ERROR, PARAMETERS, PARETO, PUBLISHED, boolean, choice
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from kerasae import registry
from kerasae.config import RunError
from kerasae.figures import search_style, style
from kerasae.figures.drawing import draw_of_search
from kerasae.figures.search_plots.progress import best_so_far
from kerasae.tuning import importance_table
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.importance_table import Share
from kerasae.tuning.objectives import SIZES, Objective
from kerasae.tuning.open_search import open_search
from kerasae.tuning.record import STATUSES

NAMES = registry.names(registry.SEARCH_PLOTS)
LONG = "model.a_very_long_name_of_a_setting_that_nobody_would_give[0]"
KINDS = {
    "one objective": {},
    "pareto": {"trials": 200, "objectives": PARETO, "confirmed": True},
    "accuracy": {"objectives": (ACCURACY, PARAMETERS)},
    "one trial": {"trials": 1, "statuses": (1, 0, 0, 0)},
    "none completed": {"trials": 6, "statuses": (0, 1, 0, 0)},
    "one dimension": {"dimensions": [choice(LONG, "$a$", "b_c")]},
    "names that end alike": {
        "dimensions": [boolean(f"{end}.{LONG}") for end in ("encoder", "decoder")]
    },
    "one value": {"dimensions": [Dimension("a", "int", low=3, high=3), boolean("b")]},
}


@pytest.fixture(scope="module", params=KINDS)
def search(request, fake_search, tmp_path_factory):
    """A search with an `importance.csv`, whatever its trials would give."""
    folder = fake_search(tmp_path_factory.mktemp("search"), **KINDS[request.param])
    found = open_search(folder)
    rows = [
        Share(objective.name, d.name, 0.9 / (1 + place), 0.1, 0.8, 20)
        for objective in found.measured
        for place, d in enumerate(found.dimensions)
    ]
    importance_table.write(found.folder.importance, rows)
    return found


def opened(fake_search, folder, **options):
    return open_search(fake_search(folder, **options))


def plot(name):
    return registry.load(registry.SEARCH_PLOTS, name, "the figure")


def drawn(figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, metadata={"Software": None})
    return file.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_the_same_twice_with_readable_text_inside(name, search):
    assert plot(name).__doc__
    for need in plot(name).NEEDS:
        assert (search.path / need).exists()
    figure = plot(name).draw(search)
    assert drawn(figure) == drawn(plot(name).draw(search))
    box = figure.get_tightbbox()  # of everything that is drawn, in inches
    width, height = figure.get_size_inches()
    assert min(box.x0, box.y0, width - box.x1, height - box.y1) > -0.01
    texts = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) >= style.SMALL
    assert not figure_layout.faults(figure)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"progress"}))
def test_without_a_score_there_is_nothing_to_draw(name, fake_search, tmp_path):
    failed = opened(fake_search, tmp_path, trials=5, statuses=(0, 0, 0.5, 0.5))
    message = "has a value of val_mse_per_pixel yet"
    if name == "importance":
        message = r"importance needs importance\.csv"
    with pytest.raises(RunError, match=message):
        draw_of_search(failed, name)
    assert not list(tmp_path.rglob("*.png"))


def marks(axes, status):
    """Places of the trials of a status, from the markers in its colour."""
    look = search_style.LOOKS[status]
    lines = [
        line for line in axes.lines
        if (line.get_color(), line.get_marker()) == (look["color"], look["marker"])
    ]  # fmt: skip
    return np.concatenate([line.get_xydata() for line in lines] or [np.empty((0, 2))])


def test_looks_of_fates_differ_in_colour_and_marker():
    for key in ("color", "marker"):
        assert len({look[key] for look in search_style.LOOKS.values()}) == 4


def test_progress_shows_every_trial_and_the_best_so_far(fake_search, tmp_path):
    search = opened(fake_search, tmp_path, trials=80)
    (axes,) = plot("progress").draw(search).axes
    for status in STATUSES:
        numbers = [n for n, trial in enumerate(search.trials, 1) if trial.status == status]
        assert sorted(marks(axes, status)[:, 0]) == numbers, status
    completed = {
        n: trial.value("val_mse_per_pixel")
        for n, trial in enumerate(search.trials, 1)
        if trial.status == "COMPLETED"
    }
    np.testing.assert_array_equal(
        marks(axes, "COMPLETED")[:, 1], [completed[n] for n in sorted(completed)]
    )
    (best,) = (line for line in axes.lines if line.get_drawstyle() == "steps-post")
    at = dict(best.get_xydata().tolist())
    assert set(at) - {80} <= set(completed)
    for number, value in at.items():
        assert value == min(v for n, v in completed.items() if n <= number)
    assert axes.get_yscale() == "log"


def test_the_best_so_far_follows_the_direction():
    assert best_so_far([1, 2, 4, 7], [3, 5, 2, 2], 1) == ([1, 4], [3, 2])
    assert best_so_far([1, 2, 4, 7], [3, 5, 2, 6], -1) == ([1, 2, 7], [3, 5, 6])


def test_progress_of_failures_alone(fake_search, tmp_path):
    search = opened(fake_search, tmp_path, trials=4, statuses=(0, 0, 0, 1))
    (axes,) = plot("progress").draw(search).axes
    assert marks(axes, "FAILED")[:, 0].tolist() == [1, 2, 3, 4]
    assert axes.texts[0].get_text() == "no trial has a score"


def stars(axes):
    return [line for line in axes.lines if line.get_marker() == "*"]


def dotted(axes):
    return [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":"]


def test_fronts_are_drawn_against_every_size(fake_search, tmp_path):
    search = opened(fake_search, tmp_path, trials=80)
    panels = plot("pareto").draw(search).axes
    assert [axes.get_xlabel() for axes in panels] == [size.label for size in SIZES.values()]
    for axes, size in zip(panels, SIZES, strict=True):
        points = [(t.value(size), t.value("val_mse_per_pixel")) for t in search.completed]
        best, expected = np.inf, []
        for x, y in sorted(points):
            if y < best:
                best, expected = y, [*expected, (x, y)]
        (front,) = (line for line in axes.lines if line.get_drawstyle() == "steps-post")
        np.testing.assert_array_equal(front.get_xydata(), expected)
        assert not [line for line in axes.lines if line.get_fillstyle() == "none"]


def test_a_published_architecture_is_a_line_until_it_is_measured(fake_search, tmp_path):
    sizes = (141426, 1210624, 49)
    before = plot("pareto").draw(opened(fake_search, tmp_path, trials=20)).axes
    assert [dotted(axes) for axes in before] == [[size] for size in sizes]
    assert not any(stars(axes) for axes in before)
    after = plot("pareto").draw(opened(fake_search, tmp_path, trials=20, confirmed=True)).axes
    for axes, size in zip(after, sizes, strict=True):
        assert not dotted(axes)
        assert [line.get_xydata().tolist() for line in stars(axes)] == [[[size, 0.0065]]]
    legend = after[0].get_figure().legends[0].get_texts()
    assert legend[-1].get_text() == f"{PUBLISHED}, published"


def test_the_front_over_all_objectives_is_ringed(fake_search, tmp_path):
    search = opened(fake_search, tmp_path, trials=60, objectives=(ERROR, PARAMETERS))
    axes = plot("pareto").draw(search).axes[0]
    rings = [tuple(line.get_xydata()[0]) for line in axes.lines
             if line.get_markerfacecolor() == "none"]  # fmt: skip
    (front,) = (line for line in axes.lines if line.get_drawstyle() == "steps-post")
    assert sorted(rings) == sorted(map(tuple, front.get_xydata())), "two objectives, one panel"


def test_lines_go_through_the_settings_of_their_trials(fake_search, tmp_path):
    search = opened(fake_search, tmp_path, trials=50)
    axes, bar = plot("parallel_coordinates").draw(search).axes
    names = [text.get_text() for text in axes.get_xticklabels()]
    assert names[:-1] == [dimension.name for dimension in search.dimensions]
    groups = [c for c in axes.collections if isinstance(c, LineCollection)]
    stopped, completed = sorted((len(c.get_segments()), c) for c in groups)
    counts = [sum(t.status == status for t in search.trials)
              for status in ("STOPPED_EARLY", "COMPLETED")]  # fmt: skip
    assert [stopped[0], completed[0]] == counts
    segments = dict(zip(completed[1].get_array(),
                completed[1].get_segments(), strict=True))  # fmt: skip
    (best, *_), places = search.ranked, names.index
    line = segments[best.value("val_mse_per_pixel")]
    rate = np.log(best.values["learning_rate"] / 1e-4) / np.log(300)
    assert line[places("learning_rate"), 1] == pytest.approx(rate)
    tied = float(best.values["model.tied"])
    assert line[places("model.tied"), 1] == pytest.approx(tied, abs=0.03)
    assert bar.get_ylabel() == "validation error (MSE per pixel)"
    for trial in search.completed:
        heights = segments[trial.value("val_mse_per_pixel")][:, 1]
        unused = {d.name for d in search.dimensions} - set(trial.values)
        assert {names[n] for n, height in enumerate(heights) if height < -0.1} == unused
    assert any("not used" in text.get_text() for text in axes.texts)


def test_the_best_colour_is_dark_in_both_directions():
    values = np.linspace(0.1, 0.9, 50)
    for direction, best, end in (("min", 0.1, "max"), ("max", 0.9, "min")):
        objective = Objective("o", direction, "", "")
        colours, norm, extend = search_style.shades(objective, values)
        lightness = [sum(colours(norm(value))[:3]) for value in (best, 0.5, 1.0 - best)]
        assert lightness == sorted(lightness)
        assert extend == end


def test_slices_show_each_dimension(fake_search, tmp_path):
    search = opened(fake_search, tmp_path, trials=60)
    panels = [axes for axes in plot("slices").draw(search).axes if axes.get_visible()]
    titles = [axes.get_title().splitlines() for axes in panels]
    assert [title[0] for title in titles] == [dimension.name for dimension in search.dimensions]
    scored = search.trained
    without = sum("model.filters[2]" not in trial.values for trial in scored)
    assert titles[3][1] == f"(not used by {without} of {len(scored)})"
    rate, batch = panels[8], panels[9]
    assert rate.get_xscale() == "log"
    np.testing.assert_allclose(
        marks(rate, "COMPLETED"),
        [(t.values["learning_rate"], t.value("val_mse_per_pixel")) for t in search.completed],
    )
    assert [text.get_text() for text in batch.get_xticklabels()] == ["32", "64", "100", "128"]
    (medians,) = batch.collections
    drawn_medians = {round(s[:, 0].mean()): s[0, 1] for s in medians.get_segments()}
    for place, size in enumerate((32, 64, 100, 128)):
        own = [t.value("val_mse_per_pixel") for t in search.completed
               if t.values["batch_size"] == size]  # fmt: skip
        assert drawn_medians[place] == pytest.approx(np.median(own))


def test_importance_is_in_order_with_its_spread(search):
    panels = plot("importance").draw(search).axes
    assert len(panels) == len(search.measured)
    for axes in panels:
        widths = [patch.get_width() for patch in axes.patches]
        assert widths == sorted(widths, reverse=True)
        assert len(widths) == len(search.dimensions)
        assert axes.yaxis_inverted()
        assert "20 completed trials" in axes.get_title(loc="left")
        assert "80%" in axes.get_title(loc="left")
        spread = axes.collections[0].get_segments()[0]
        assert spread[1, 0] - spread[0, 0] == pytest.approx(0.2)
