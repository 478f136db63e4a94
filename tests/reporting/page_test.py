"""The page: whole in itself, in order, escaped, and honest about what is missing."""

import base64
import dataclasses
import shutil
from types import SimpleNamespace

import pytest
from html_page import Page
from made_records import change_run, seal

from kerasae import registry, run_flags
from kerasae.config import RunError
from kerasae.evaluation import measured
from kerasae.figures.drawing import draw
from kerasae.published import experiments
from kerasae.reporting import numbers, page, story
from kerasae.run_dir import RunDir
from kerasae.runs import record, settings

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
    assert all(address.startswith(("data:", "#")) for address in parsed.addresses)
    links = {address[1:] for address in parsed.addresses if address.startswith("#")}
    assert links == links & parsed.ids, "every link within the page has its place"
    assert parsed.brings_its_own_program_only


def test_names_from_data_are_escaped(run):
    dataset = dataclasses.replace(record.read(run).dataset, citation="<img src=x>")
    change_run(run, classes=("<script>alert(1)</script>", 'a"b'), dataset=dataset)
    text = page.write(run).read_text(encoding="utf-8")
    parsed = Page(text)
    assert parsed.brings_its_own_program_only
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
    with pytest.raises(RunError, match="damaged"):
        page.write(run)
    assert path.read_bytes() == before


def test_a_figure_drawn_later_is_on_the_next_page(run):
    first = len(Page(page.write(run).read_text(encoding="utf-8")).pictures)
    (run.figures / "reconstructions.png").unlink()
    assert len(Page(page.write(run).read_text(encoding="utf-8")).pictures) == first - 1
    draw(run, "reconstructions")
    assert len(Page(page.write(run).read_text(encoding="utf-8")).pictures) == first


def test_the_story_goes_by_the_architecture():
    for known in experiments.load_all():
        chosen = story.choose(settings.to_json(known.config()))
        assert (chosen.title, chosen.source) == (known.title, known.source)
        assert len(chosen.choices) == len(known.choices)


def test_any_other_run_has_a_plain_story(run):
    chosen = story.choose(record.read(run).settings)
    assert (chosen.title, chosen.source, chosen.choices) == ("Autoencoder", "", ())


def stories():
    """Sections of the plain page and of every experiment's."""
    plain = settings.to_json(run_flags.parse(["--model.latent_dim=3"]))
    yield pytest.param(story.choose(plain).sections, id="plain")
    for known in experiments.load_all():
        yield pytest.param(known.sections, id=known.name)


@pytest.mark.parametrize("sections", list(stories()))
def test_a_section_names_what_exists_and_once(sections):
    tables = [name for section in sections for name in section.tables]
    figures = [name for section in sections for name in section.figures]
    assert set(tables) <= {*numbers.TABLES, *registry.names(registry.MEASURES)}
    assert set(figures) <= set(registry.names(registry.PLOTS))
    assert len(set(tables)) == len(tables)
    assert len(set(figures)) == len(figures)


@pytest.mark.parametrize("known", [None, *experiments.names()])
def test_no_figure_and_no_measure_is_dropped(run, known):
    """Whichever sections a page has, everything that the run has is on it, once."""
    if known:
        change_run(run, settings=settings.to_json(experiments.load(known).config()))
    picture = next(run.figures.glob("*.png")).read_bytes()
    for name in registry.names(registry.PLOTS):
        (run.figures / f"{name}.png").write_bytes(picture)
    for name in registry.names(registry.MEASURES):
        measure = SimpleNamespace(TITLE=f"Title of {name}", UNITS={"*": "apples"})
        found = measured.Measured({f"sum_{name}": 0.25}, {})
        measured.write(run, name, measure, found, {}, "key")
    text = page.write(run).read_text(encoding="utf-8")
    for name in registry.names(registry.PLOTS):
        assert text.count(f'<figure id="{name}">') == 1, name
    for name in registry.names(registry.MEASURES):
        assert text.count(f"<summary>Title of {name}</summary>") == 1, name
        assert f"<td>sum {name.replace('_', ' ')}</td>" in text


def test_a_measure_of_another_kerasae_is_refused(run):
    seal(run.evaluation / "noise" / "result.json", {"summary": {}, "settings": {}})
    with pytest.raises(RunError, match=r"noise/result\.json is damaged, or of another version"):
        page.write(run)
