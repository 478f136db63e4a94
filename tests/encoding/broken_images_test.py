"""Images that can't be read, of a dataset that is encoded in parts."""

import shutil
from pathlib import Path

import own_images
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def encode(cli, finished, tmp_path):
    """Encodes a dataset in parts of five images into `codes`."""

    def run(*flags):
        return cli("encode", f"--run_dir={finished.path}", f"--out={tmp_path / 'codes'}",
                   "--resize", "--rows_per_part=5", *flags)  # fmt: skip

    return run


def written(tmp_path):
    return {path: path.stat().st_mtime_ns for path in (tmp_path / "codes").glob("*.parquet")}


def test_those_that_are_skipped_have_no_row_and_move_no_other(encode, tmp_path):
    folder = own_images.write_folder(tmp_path / "pictures", 40)
    pictures = sorted(folder.rglob("*.png"))
    broken = pictures[:3] + pictures[20:22]
    for path in broken:
        path.write_bytes(path.read_bytes()[:-40])
    outcome = encode(f"--dataset=folder:{folder}", "--skip_broken")
    assert outcome.code == 0, outcome.err
    assert "5 of 40 files can't be read and are left out" in outcome.err
    rows = pq.read_table(tmp_path / "codes")
    whole = [path.relative_to(folder) for path in pictures if path not in broken]
    assert sorted(map(Path, rows["id"].to_pylist())) == whole
    found = zip(rows["id"].to_pylist(), rows["label"].to_pylist(), strict=True)
    assert all(int(Path(name).parent.name) == label for name, label in found)
    before = written(tmp_path)
    assert len(before) == 8, "31 of train and 4 of test"
    for path in broken:
        path.unlink()
    outcome = encode(f"--dataset=folder:{folder}", "--resume")
    assert outcome.code == 0, outcome.err
    assert written(tmp_path) == before, "they are the parts of a folder that never had those"


def test_a_damaged_record_is_found_before_a_part_is_written(encode, fake_datasets, tmp_path):
    shutil.copytree(fake_datasets / "fake_unlabelled", tmp_path / "fake_unlabelled")
    shard = sorted((tmp_path / "fake_unlabelled").rglob("*-train.tfrecord*"))[-1]
    content = bytearray(shard.read_bytes())
    content[-40] ^= 1  # In its last record, of the last part.
    shard.write_bytes(content)
    outcome = encode("--dataset=fake_unlabelled", f"--data_dir={tmp_path}", "--nodownload")
    assert outcome.code == 1
    assert shard.name in outcome.complaint
    assert not written(tmp_path)
