"""Pictures that a CSV table names."""

import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import csv_layout, path_table


@pytest.fixture
def write(tmp_path):
    def write(text, name="table.csv"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def read(*paths):
    tables = dict(zip(("train", "test"), paths, strict=False))
    return path_table.read(tables, [csv_layout.find(path) for path in paths])


@pytest.mark.parametrize(
    "text",
    [
        "a.png,cat\nb/c.jpg,dog\nd.png,cat\n",
        "path,label\na.png,cat\nb/c.jpg,dog\nd.png,cat\n",
        "Label,FileName\ncat,a.png\ndog,b/c.jpg\ncat,d.png\n",
        "photo,species\na.png,cat\nb/c.jpg,dog\nd.png,cat\n",
        'image,width,class\n"a.png",1,cat\n\nb/c.jpg,2,dog\nd.png,3, cat\n',
    ],
)
def test_paths_and_labels(write, tmp_path, text):
    found = read(write(text))
    assert found.folder == tmp_path
    assert list(found.names) == ["a.png", "b/c.jpg", "d.png"]
    assert (found.classes, found.labels.tolist()) == (("cat", "dog"), [0, 1, 0])
    assert (found.parts, found.splits) == ({"train": 3}, {})


def test_names_with_commas_quotes_and_lines(write):
    found = read(write('"a,b.png",x\n"c""d.png",y\n"e\nf.png",x\n日本.png,é\n'))
    assert list(found.names) == ["a,b.png", 'c"d.png', "e\nf.png", "日本.png"]
    assert found.classes == ("x", "y", "é")


def test_numbers_are_in_their_order_and_an_empty_label_is_none(write):
    found = read(write("a.png,10\nb.png,9\nc.png,\n"))
    assert (found.classes, found.labels.tolist()) == (("9", "10"), [1, 0, -1])


@pytest.mark.parametrize("text", ["a.png\nb.png\n", "path\na.png\nb.png\n", "a.png,\nb.png,\n"])
def test_without_labels(write, text):
    found = read(write(text))
    assert (found.classes, found.labels.tolist()) == (None, [-1, -1])


def test_a_table_of_test_images_beside(write):
    train = write("a.png,x\nb.png,y\n", "my_train_set.csv")
    assert csv_layout.table_beside(train) is None
    test = write("c.png,y\n", "my_test_set.csv")
    assert csv_layout.table_beside(train) == test
    assert csv_layout.table_beside(test) is None
    found = read(train, test)
    assert (found.parts, found.labels.tolist()) == ({"train": 2, "test": 3}, [0, 1, 1])
    assert found.splits == {"train": train.name, "test": test.name}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "table.csv is empty"),
        ("path,label\n", "names no picture"),
        ("a.png,x\nb.png\n", "line 2 has 1 cells, and the first row has 2"),
        ("a.png,x\nb.png,y,z\n", "line 2 has 3 cells"),
        ("a.png,x\n,y\n", "line 2 has no path"),
        ("a.png,x,y\nb.png,z,w\n", "must have a path and a label in each row, or a label and"),
        ("".join(f"{n}.png,{n}\n" for n in range(1_001)), "1,001 different labels"),
    ],
)
def test_tables_that_are_none(write, text, message):
    with pytest.raises(ConfigError, match=message):
        read(write(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [('a.png,"x\nb.png,y\n', "line 2: unexpected end of data"),
     (f"a.png,{'x' * 200_000}\n", "line 1: field larger than field limit")],
)  # fmt: skip
def test_broken_text(write, text, message):
    with pytest.raises(RunError, match=message):
        read(write(text))
