"""Pictures as a dataset: what is broken, what it is known by, what is remembered of it."""

import shutil

import numpy as np
import own_images
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import damage, picture_scan, picture_source, pipeline, sources
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.config import DataConfig
from kerasae.data.picture_source import PictureSource
from kerasae.data.spec import image_names
from kerasae.runs import checks


@pytest.fixture
def folder(tmp_path):
    return own_images.write_folder(tmp_path / "pictures", 20)


def opened(folder, **settings):
    return sources.open_source(DataConfig(f"folder:{folder}", **settings))


def load(folder, **settings):
    config = DataConfig(f"folder:{folder}", **settings)
    return pipeline.load(pipeline.open_source(config), config, 0)


def broken_of(folder):
    """One picture of each of three classes."""
    return [sorted((folder / name).iterdir())[0] for name in "012"]


class TestBroken:
    @pytest.fixture
    def broken(self, folder):
        """A folder with an empty file, one that is cut off, and one with a changed byte."""
        first, second, third = broken_of(folder)
        first.write_bytes(b"")
        second.write_bytes(second.read_bytes()[:-40])
        content = bytearray(third.read_bytes())
        content[content.index(b"IDAT") + 6] ^= 255
        third.write_bytes(content)
        return folder

    def test_they_are_named_before_tensorflow_starts(self, broken):
        with pytest.raises(RunError) as error:
            sources.check(DataConfig(f"folder:{broken}"))
        message = str(error.value)
        assert "2 of 20 files can't be read" in message
        assert "/000.png: it is empty" in message
        assert "--skip_broken leaves them out" in message

    def test_one_whose_pixels_are_damaged_is_found_when_it_is_decoded(self, broken):
        for path in broken_of(broken)[:2]:
            path.unlink()
        sources.check(DataConfig(f"folder:{broken}"))
        with pytest.raises(RunError, match=r"can't be read: .*\.png: broken data stream"):
            _ = load(broken).test

    def test_all_of_them_are_skipped_and_said(self, broken, caplog):
        data = load(broken, skip_broken=True)
        assert data.train.num_images + data.test.num_images == 17
        (said,) = (one.getMessage() for one in caplog.records if "left out" in one.getMessage())
        assert "3 of 20 files can't be read and are left out" in said

    def test_what_is_left_is_known_as_if_they_had_never_been(self, broken):
        content = opened(broken, skip_broken=True).spec.content
        for path in broken_of(broken):
            path.unlink()
        assert opened(broken).spec.content == content

    def test_too_few_are_left(self, tmp_path):
        own_images.write_picture(tmp_path / "a" / "1.png", np.zeros((3, 3), np.uint8))
        (tmp_path / "a" / "2.png").write_bytes(b"")
        with pytest.raises(ConfigError, match=r"too few pictures .*pictures=1"):
            sources.check(DataConfig(f"folder:{tmp_path}", skip_broken=True))

    @pytest.mark.parametrize(
        "dataset", ["digits", "mnist", "npz:arrays.npz", "csv:digits_train.csv"]
    )
    def test_a_dataset_without_single_files_has_none_to_skip(
        self, dataset, own_images_folder, monkeypatch
    ):
        monkeypatch.chdir(own_images_folder)
        with pytest.raises(ConfigError, match=r"isn't made of single ones\. Received: skip_broken"):
            sources.check(DataConfig(dataset, skip_broken=True))

    def test_another_dataset_of_a_run_that_skipped_some(self, broken, own_images_folder):
        own = DataConfig(f"folder:{broken}", skip_broken=True)
        checks.check_applied(AppliedDataConfig(dataset="digits"), own)
        checks.check_applied(AppliedDataConfig(dataset=f"folder:{broken}"), own)
        with pytest.raises(ConfigError, match="isn't made of single ones"):
            checks.check_applied(AppliedDataConfig(dataset="digits", skip_broken=True), own)
        with pytest.raises(ConfigError, match="isn't made of single ones"):
            checks.check_applied(AppliedDataConfig(skip_broken=True), DataConfig("digits"))

    def test_none_is_left_of_a_part(self, tmp_path):
        own_images.write_folder(tmp_path / "train", 5)
        (tmp_path / "test" / "0").mkdir(parents=True)
        (tmp_path / "test" / "0" / "1.png").write_bytes(b"")
        with pytest.raises(ConfigError, match="no test picture can be read"):
            sources.check(DataConfig(f"folder:{tmp_path}", skip_broken=True))

    @pytest.mark.parametrize("budgets", [{}, {"memory_budget_mb": 0, "disk_budget_mb": 0}])
    def test_a_file_that_changes_meanwhile(self, folder, budgets):
        config = DataConfig(f"folder:{folder}", **budgets)
        source = pipeline.open_source(config)
        path = sorted(folder.rglob("*.png"))[0]
        own_images.write_picture(path, np.zeros((9, 9), np.uint8))
        with (
            pytest.raises(RunError, match=r"000\.png: it was changed since this command began"),
            damage.readable(source.spec.name, source.find_damage, reads_alone=False),
        ):
            data = pipeline.load(source, config, 0)
            _ = data.train.every_image(), data.test.every_image()


class TestTogether:
    @pytest.fixture
    def calls(self, monkeypatch):
        """Rows of each call from TensorFlow into Python."""
        found, decode_rows = [], PictureSource._decode_rows

        def noted(self, rows):
            found.append(rows.tolist())
            return decode_rows(self, rows)

        monkeypatch.setattr(PictureSource, "_decode_rows", noted)
        return found

    def test_small_pictures_are_decoded_many_at_a_time(self, folder, calls):
        """A call for each would cost more than to decode it."""
        streamed = load(folder, memory_budget_mb=0, disk_budget_mb=0).train
        images = streamed.every_image()
        assert len(images) == len(calls[0]) == streamed.num_images > 1
        np.testing.assert_array_equal(images, load(folder).train.every_image())

    def test_large_ones_are_not(self, folder, calls, monkeypatch):
        """So that few of them are held at a time."""
        monkeypatch.setattr(picture_source, "BATCH_BYTES", 2 * 8 * 8)
        _ = load(folder).train
        assert {len(rows) for rows in calls} == {2}

    def test_pictures_of_several_sizes(self, folder, calls, monkeypatch):
        own_images.write_picture(
            folder / "0" / "wide.png", np.arange(60, dtype=np.uint8).reshape(5, 12)
        )
        together = load(folder, image_size=(4, 5)).train.every_image()
        monkeypatch.setattr(picture_source, "TOGETHER", 1)
        alone = load(folder, image_size=(4, 5)).train.every_image()
        np.testing.assert_array_equal(together, alone)
        assert {len(rows) for rows in calls[1:]} == {1} and len(calls[0]) > 1


class TestIdentity:
    def test_a_copy_elsewhere_under_other_file_names_is_the_same(self, folder, tmp_path):
        copy = tmp_path / "copy"
        for path in folder.rglob("*.png"):
            (copy / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy / path.parent.name / f"x{path.name}")
        assert opened(copy).spec.content == opened(folder).spec.content
        assert opened(copy).spec.name != opened(folder).spec.name

    @pytest.mark.parametrize("change", ["pixel", "class", "one less"])
    def test_whatever_changes_makes_another(self, folder, change):
        before = opened(folder).spec.content
        path = sorted(folder.rglob("*.png"))[-1]
        if change == "pixel":
            own_images.write_picture(path, 255 - own_images.digits(20)[0][int(path.stem)])
        elif change == "class":
            path.rename(folder / "0" / path.name)
        else:
            path.unlink()
        assert opened(folder).spec.content != before

    def test_the_background_counts_where_something_is_transparent(self, folder):
        black, white = (
            opened(folder, background=colour).spec.content for colour in ("black", "white")
        )
        assert black == white
        own_images.write_picture(folder / "0" / "alpha.png", np.zeros((8, 8, 4), np.uint8))
        black, white = (
            opened(folder, background=colour).spec.content for colour in ("black", "white")
        )
        assert black != white

    def test_names_of_images_are_the_same_wherever_the_folder_lies(self, folder, tmp_path):
        names = image_names(opened(folder), "train", range(3))
        assert all((folder / name).is_file() for name in names)
        folder.rename(tmp_path / "moved")
        assert image_names(opened(tmp_path / "moved"), "train", range(3)) == names


class TestColour:
    def test_all_are_rgb_where_one_is(self, folder, caplog):
        colour = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
        own_images.write_picture(folder / "0" / "colour.png", colour)
        with caplog.at_level("INFO"):
            source = opened(folder)
        assert source.spec.image_shape == (8, 8, 3)
        assert any("20 of 21 files are grey" in one.getMessage() for one in caplog.records)

    @pytest.mark.parametrize(("channels", "count"), [("grey", 1), ("rgb", 3), (None, 1)])
    def test_channels(self, folder, channels, count):
        data = load(folder, channels=channels)
        assert data.image_shape == (8, 8, count)
        grey = load(folder).train.every_image()
        np.testing.assert_array_equal(data.train.every_image(), np.repeat(grey, count, axis=-1))

    def test_transparent_ones_are_said(self, folder, caplog):
        own_images.write_picture(folder / "0" / "alpha.png", np.zeros((8, 8, 4), np.uint8))
        with caplog.at_level("INFO"):
            opened(folder, background="white")
        assert any(
            "1 of 21 files can be transparent; they are laid on white" in one.getMessage()
            for one in caplog.records
        )


class TestRemembered:
    """A folder of many files is looked at once, as long as nothing in it changes."""

    @pytest.fixture(autouse=True)
    def looks(self, monkeypatch, tmp_path):
        looked = []
        look = picture_scan._look

        def watched(path, whole):
            looked.append(path)
            return look(path, whole)

        monkeypatch.setattr(picture_scan, "_look", watched)
        monkeypatch.setattr(picture_scan, "WORTH_KEEPING", 10)
        monkeypatch.setenv("KERASAE_CACHE_DIR", str(tmp_path / "cache"))
        return looked

    def forget(self):
        picture_scan._last.clear()

    def test_by_this_process_and_by_the_next(self, folder, looks, tmp_path):
        first = opened(folder).spec
        assert len(looks) == 20
        assert opened(folder).spec == first
        self.forget()
        assert opened(folder).spec == first
        assert len(looks) == 20
        assert len(list((tmp_path / "cache" / "scans").iterdir())) == 1

    def test_not_where_a_file_changed(self, folder, looks):
        opened(folder)
        self.forget()
        path = sorted(folder.rglob("*.png"))[0]
        own_images.write_picture(path, np.zeros((8, 8), np.uint8))
        opened(folder)
        assert len(looks) == 40

    def test_not_where_what_was_kept_is_damaged(self, folder, looks, tmp_path, caplog):
        first = opened(folder).spec
        self.forget()
        (kept,) = (tmp_path / "cache" / "scans").iterdir()
        kept.write_bytes(kept.read_bytes()[:500])
        assert opened(folder).spec == first
        assert len(looks) == 40
        assert any("is made anew" in one.getMessage() for one in caplog.records)

    def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(
        self, folder, looks, tmp_path, caplog
    ):
        (tmp_path / "cache").write_text("no folder")
        assert opened(folder).spec.sizes == {"train": 18, "test": 2}
        assert any("can't be kept" in one.getMessage() for one in caplog.records)

    def test_broken_ones_too(self, folder, looks):
        sorted(folder.rglob("*.png"))[0].write_bytes(b"")
        for _ in range(2):
            self.forget()
            with pytest.raises(RunError, match=r"000\.png: it is empty"):
                opened(folder)
        assert len(looks) == 20
