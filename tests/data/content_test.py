"""The digest of a dataset's content: equal where the content is, and cheap however large it is."""

import pytest

from kerasae.data import content


@pytest.fixture
def small_blocks(monkeypatch):
    """Files of 40 bytes together are read whole, in blocks of 10."""
    monkeypatch.setattr(content, "BLOCK_BYTES", 10)
    monkeypatch.setattr(content, "MAX_READ_BYTES", 40)


def write(folder, *contents):
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}" for number in range(len(contents))]
    for path, bytes_ in zip(paths, contents, strict=True):
        path.write_bytes(bytes_)
    return paths


def of(*paths):
    return content.digest({}, content.file_bytes(paths))


def test_facts_and_bytes_decide():
    first = content.digest({"classes": ["a"]}, [b"ab", b"c"])
    assert len(first) == 32
    assert content.digest({"classes": ["a"]}, [b"a", b"bc"]) == first
    assert content.digest({"classes": ["b"]}, [b"ab", b"c"]) != first
    assert content.digest({"classes": ["a"]}, [b"ab", b"d"]) != first


@pytest.mark.parametrize("sizes", [(0,), (7,), (10, 20), (3, 30, 7), (13, 0, 14)])
def test_small_files_are_read_whole(tmp_path, small_blocks, sizes):
    contents = [bytes(range(size)) for size in sizes]
    paths = write(tmp_path / "one", *contents)
    read = b"".join(content.file_bytes(paths))
    assert read == b"".join(b"%d " % len(one) + one for one in contents)
    assert of(*paths) == of(*write(tmp_path / "two", *contents)), "wherever they lie"


@pytest.mark.parametrize("at", [0, 13, 22, 39])
def test_a_flipped_bit_is_noticed_in_small_files(tmp_path, small_blocks, at):
    paths = write(tmp_path / "files", bytes(25), bytes(15))
    before = of(*paths)
    path, place = (paths[0], at) if at < 25 else (paths[1], at - 25)
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)
    assert of(*paths) != before


def test_of_large_files_a_bounded_part_is_read(tmp_path, small_blocks):
    (path,) = write(tmp_path / "files", bytes(1000))
    read = list(content.file_bytes([path]))
    assert sum(map(len, read[1:])) == 40
    before = of(path)
    ends = bytearray(1000)
    ends[-1] = 1
    path.write_bytes(ends)
    assert of(path) != before, "the last block is always read"
    path.write_bytes(bytes(1001))
    assert of(path) != before, "the size counts"


def test_where_one_file_ends_and_the_next_begins_counts(tmp_path, small_blocks):
    assert of(*write(tmp_path / "one", b"ab", b"c")) != of(*write(tmp_path / "two", b"a", b"bc"))
