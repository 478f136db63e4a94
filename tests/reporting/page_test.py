"""The page: whole in itself, in order, escaped, and honest about what is missing."""

import base64
import shutil

import pytest
from html_page import Page

from kerasae import files
from kerasae.figures.drawing import draw
from kerasae.reporting import html, numbers, page, story
from kerasae.run_dir import RunDir
from kerasae.tables import Difference, Score

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def run(finished, tmp_path):
    """A copy that a test may change."""
    shutil.copytree(finished.path, tmp_path / "run")
    return RunDir(tmp_path / "run")


def test_the_page_needs_nothing_else(run):
    text = page.write(run).read_text(encoding="utf-8")
    parsed = Page(text)
    assert not parsed.open_tags, "every tag is closed"
    assert len(parsed.pictures) == len(list(run.figures.glob("*.png"))) > 0
    for picture in parsed.pictures:
        kind, data = picture["src"].split(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data, validate=True).startswith(PNG)
        assert picture["alt"]
    assert all(address.startswith("data:") for address in parsed.addresses)
    assert parsed.scripts == 0


def test_names_from_data_are_escaped(run):
    config = files.read_json(run.config)
    config["classes"] = ["<script>alert(1)</script>", 'a"b']
    config["dataset"]["citation"] = "<img src=x>"
    files.write_json(run.config, config)
    text = page.write(run).read_text(encoding="utf-8")
    parsed = Page(text)
    assert parsed.scripts == 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert all(picture["src"].startswith("data:") for picture in parsed.pictures)


def test_a_missing_part_names_the_command_that_makes_it(run):
    text = page.write(run).read_text(encoding="utf-8")
    assert f"python -m kerasae.readout --run_dir={run.path}" in text
    assert "kerasae.evaluate" in text


def test_a_damaged_record_leaves_the_old_page(run):
    path = page.write(run)
    before = path.read_bytes()
    run.metrics.write_text("{", encoding="utf-8")
    with pytest.raises(files.RunError, match="damaged"):
        page.write(run)
    assert path.read_bytes() == before


def test_a_figure_drawn_later_is_on_the_next_page(run):
    first = len(Page(page.write(run).read_text(encoding="utf-8")).pictures)
    (run.figures / "reconstructions.png").unlink()
    assert len(Page(page.write(run).read_text(encoding="utf-8")).pictures) == first - 1
    draw(run, "reconstructions")
    assert len(Page(page.write(run).read_text(encoding="utf-8")).pictures) == first


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (0.81999, "0.8200"),
        (Difference(0.0123), "+0.0123"),
        (Difference(-0.0123), "-0.0123"),
        (Score(0.0047119), "0.004712"),
        (141426, "141,426"),
        ("mnist", "mnist"),
    ],
)
def test_cells(value, shown):
    assert html.cell(value) == shown


def published_settings(**model_config):
    config = {"filters": [32, 16], "kernel_sizes": [3, 3], "dense_sizes": [80], "latent_dim": 49}
    return {"model": "pooled", "model_config": {**config, **model_config}}


def test_the_story_goes_by_the_model():
    assert story.of_run(published_settings()).name == "cognition"
    assert story.of_run(published_settings(latent_dim=32)).name == story.ANY
    ones = {
        "model": "all_convolutional",
        "model_config": {"filters": [20, 2], "kernel_sizes": [17, 11]},
    }
    assert story.of_run(ones).name == "ones_and_eights"


@pytest.mark.parametrize("settings", [published_settings(), published_settings(latent_dim=7)])
def test_every_table_that_a_story_names_exists(settings):
    for section in story.of_run(settings).sections:
        assert set(section.numbers) <= set(numbers.TABLES)
