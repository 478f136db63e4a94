"""The file of a part: what is in it, and that nothing in it is believed that was changed."""

import dataclasses

import numpy as np
import pyarrow.parquet as pq
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.encoding import folder, part_file
from kerasae.encoding.part import Part, cut
from kerasae.encoding.part_file import PartOrigin

ROWS = part_file.table(
    ["train 0", "ü.png", "train 7"],
    np.array([3, -1, 0]),
    np.arange(6, dtype=np.float32).reshape(3, 2) / 7,
    np.array([0.5, 0.25, 0.125], np.float32),
)
ORIGIN = PartOrigin(
    "e", "abc", {"dataset": "digits", "content": "d1"},
    part_file.ids_digest(["train 0", "ü.png", "train 7"]), (8, 8, 1), 0, 3, ("a", "b"),
)  # fmt: skip


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "train-00000.parquet"
    part_file.write(path, ROWS, ORIGIN)
    return path


def test_parts_hold_every_image_once():
    parts = cut({"train": 5, "test": 2}, 2)
    assert [part.file for part in parts] == [
        "train-00000.parquet", "train-00001.parquet", "train-00002.parquet", "test-00000.parquet"
    ]  # fmt: skip
    assert [(part.first, part.stop) for part in parts] == [(0, 2), (2, 4), (4, 5), (0, 2)]
    assert parts[2] == Part("train", 2, 4, 5) and parts[2].rows == 1


def test_any_reader_of_parquet_finds_the_columns(written):
    rows = pq.read_table(written)
    assert rows.column_names == ["id", "label", "code", "mse_per_pixel"]
    assert rows["id"].to_pylist() == ["train 0", "ü.png", "train 7"]
    assert rows["label"].to_pylist() == [3, -1, 0]
    assert rows["code"].type.list_size == 2
    np.testing.assert_array_equal(part_file.arrays(rows)["code"], part_file.arrays(ROWS)["code"])


def test_labels_and_errors_are_columns_only_where_there_are_some(tmp_path):
    rows = part_file.table(["a"], None, np.zeros((1, 3), np.float32), None)
    assert rows.column_names == ["id", "code"]
    part_file.write(tmp_path / "a.parquet", rows, ORIGIN)
    assert part_file.read_origin(tmp_path / "a.parquet") == ORIGIN


def test_a_folder_in_the_place_of_a_part_is_refused_before_any_is_made(tmp_path):
    (tmp_path / "train-00000.parquet").mkdir()
    with pytest.raises(ConfigError, match=r"a folder in the place of its part train-00000\.parq"):
        folder.finished(tmp_path, {"train-00000.parquet": ORIGIN})


@pytest.mark.parametrize("share", [0, 0.05, 0.3, 0.6, 0.95, 0.999])
@pytest.mark.parametrize("change", ["cut", "flip"])
def test_a_damaged_file_is_never_believed(written, share, change):
    """Whatever is damaged; a flipped bit in a place that means nothing changes nothing."""
    data = bytearray(written.read_bytes())
    at = int(len(data) * share)
    data = data[:at] if change == "cut" else data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
    written.write_bytes(data)
    try:
        origin = part_file.read_origin(written)
    except RunError as error:
        assert str(written) in str(error) and "\n" not in str(error)
    else:
        assert origin == ORIGIN
        assert pq.read_table(written).equals(ROWS)


def test_other_values_under_the_same_words_are_noticed(written):
    rows = pq.read_table(written)
    other = rows.set_column(3, "mse_per_pixel", rows["code"].combine_chunks().flatten()[:3])
    pq.write_table(other.replace_schema_metadata(rows.schema.metadata), written)
    with pytest.raises(RunError, match="was changed since"):
        part_file.read_origin(written)


def test_a_part_is_known_by_what_it_is_made_of(written):
    """The names of dataset and encoder decide nothing; those of the images are in it."""
    named = dataclasses.replace(ORIGIN, encoder="moved", images={"dataset": "x", "content": "d1"})
    assert folder.finished(written.parent, {written.name: named}) == {written.name}
    others = dataclasses.replace(ORIGIN, ids=part_file.ids_digest(["train 0", "u.png", "train 7"]))
    with pytest.raises(ConfigError, match=r"of train-00000\.parquet ids is "):
        folder.finished(written.parent, {written.name: others})


def test_a_part_under_the_name_of_another_is_not_written_over(written):
    other = dataclasses.replace(ORIGIN, first=3, stop=6)
    wanted = {"train-00000.parquet": other, "train-00001.parquet": ORIGIN}
    with pytest.raises(ConfigError, match=r"of train-00000\.parquet first is 0 there and 3 now"):
        folder.finished(written.parent, wanted)


def test_a_part_of_something_else_is_refused_with_what_differs(written):
    for changed, words in (
        ({"encoder_digest": "xyz"}, "encoder_digest is abc there and xyz now"),
        ({"images": {"content": "d2"}}, "images' content is d1 there and d2 now"),
        ({"stop": 4}, "stop is 3 there and 4 now"),
    ):
        wanted = {written.name: dataclasses.replace(ORIGIN, **changed)}
        with pytest.raises(ConfigError) as refused:
            folder.finished(written.parent, wanted)
        assert words in str(refused.value)
    assert part_file.read_origin(written) == ORIGIN


def test_a_damaged_part_is_made_anew_and_a_foreign_file_stays(written, caplog):
    written.write_bytes(written.read_bytes()[:-5])
    assert folder.finished(written.parent, {written.name: ORIGIN}) == set()
    assert "It is made anew." in caplog.text
    with pytest.raises(ConfigError, match="which is none of its parts"):
        folder.finished(written.parent, {"train-00001.parquet": ORIGIN})


def test_a_copy_under_another_name_is_refused(written):
    written.with_name("copy.parquet").write_bytes(written.read_bytes())
    with pytest.raises(ConfigError, match=r"copy\.parquet, which is none of its parts"):
        folder.finished(written.parent, {written.name: ORIGIN})


def test_what_others_wrote_under_the_name_of_a_part_is_not_written_over(written):
    pq.write_table(ROWS, written)
    with pytest.raises(ConfigError, match="is a Parquet file, but none of kerasae's"):
        folder.finished(written.parent, {written.name: ORIGIN})


@pytest.mark.parametrize("error", [PermissionError("denied"), MemoryError()])
def test_a_file_that_cannot_be_read_now_is_not_called_damaged(written, monkeypatch, error):
    def refuse(_):
        raise error

    monkeypatch.setattr(pq, "ParquetFile", refuse)
    with pytest.raises(type(error)):
        part_file.read_origin(written)
