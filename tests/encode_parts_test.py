"""`python -m kerasae.encode` into a folder of Parquet files, made in parts."""

import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def in_parts(cli, finished, tmp_path_factory):
    """A folder with parts of 150 images, and the flags that made it. Read only."""
    out = tmp_path_factory.mktemp("in_parts") / "codes"
    flags = (f"--run_dir={finished.path}", "--rows_per_part=150")
    outcome = cli("encode", *flags, f"--out={out}")
    assert outcome.code == 0, outcome.err
    assert f"{out}:\n  560 images in 5 Parquet files" in outcome.out
    return out, flags


class TestParts:
    def test_they_hold_what_the_file_does(self, in_parts, encoded):
        from kerasae.encoding import part_file

        for split, sizes in (("train", [150, 50]), ("test", [150, 150, 60])):
            tables = [pq.read_table(path) for path in sorted(in_parts[0].glob(f"{split}-*"))]
            assert [len(table) for table in tables] == sizes
            rows = pa.concat_tables(tables)
            arrays = part_file.arrays(rows)
            for column, name in (("label", "labels"), ("mse_per_pixel", "mse_per_pixel")):
                np.testing.assert_allclose(arrays[column], encoded[0][f"{split}_{name}"], rtol=1e-5)
            np.testing.assert_allclose(arrays["code"], encoded[0][f"{split}_codes"], atol=1e-6)
            assert len(set(rows["id"].to_pylist())) == len(rows)
        assert rows["id"].to_pylist() == [f"test {number}" for number in range(360)]

    def test_going_on_makes_what_is_missing_or_damaged_and_nothing_else(
        self, cli, in_parts, tmp_path
    ):
        made, flags = in_parts
        out = tmp_path / "codes"
        shutil.copytree(made, out)
        (out / "train-00001.parquet").unlink()
        damaged = out / "test-00002.parquet"
        damaged.write_bytes(damaged.read_bytes()[:-100])
        before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
        outcome = cli("encode", *flags, f"--out={out}", "--resume")
        assert outcome.code == 0, outcome.err
        assert f"{damaged} is damaged" in outcome.err
        after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
        assert {name for name in after if after[name] != before.get(name)} == {
            "train-00001.parquet", "test-00002.parquet"
        }  # fmt: skip
        for path in out.glob("*.parquet"):
            assert pq.read_table(path).equals(pq.read_table(made / path.name))

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            ((), "holds parts already, as "),
            (("--resume", "--rows_per_part=100"), "holds other parts: of test-00000.parquet"),
            (("--resume", "--dataset=fake_unlabelled", "--resize"), "holds other parts: "),
        ],
    )
    def test_what_is_of_other_images_or_settings_stays(
        self, cli, in_parts, fake_datasets, flags, message
    ):
        out, made_by = in_parts
        before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
        place = f"--data_dir={fake_datasets}"
        outcome = cli("encode", *made_by, f"--out={out}", place, *flags)
        assert outcome.code == 2
        assert message in outcome.complaint
        assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before

    def test_stopped_it_says_how_to_go_on(self, cli, in_parts, tmp_path, monkeypatch):
        from kerasae.encoding import part_file

        write, out = part_file.write, tmp_path / "codes"

        def stop(path, *given):
            if path.name == "train-00001.parquet":
                raise KeyboardInterrupt
            write(path, *given)

        monkeypatch.setattr(part_file, "write", stop)
        outcome = cli("encode", *in_parts[1], f"--out={out}")
        assert outcome.code == 130
        assert f"Finished parts are kept in {out}. To go on: " in outcome.err
        assert outcome.err.rstrip().endswith("--resume")
        assert [path.name for path in out.glob("*.parquet")] == ["train-00000.parquet"]

    def test_resume_goes_with_a_folder(self, refused_encode, finished, tmp_path):
        flags = (f"--run_dir={finished.path}", f"--out={tmp_path / 'codes.npz'}", "--resume")
        assert "--resume goes with a folder in --out" in refused_encode(*flags)
