"""Names of datasets: read in one place, compared without their versions, safe in a path."""

import pytest

from kerasae.config import ConfigError
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName, at_its_place, same_dataset, without_place

READ = {
    "digits": ("digits", "", None),
    "mnist": ("tfds", "mnist", None),
    "mnist:3.0.1": ("tfds", "mnist", "3.0.1"),
    "mnist:3.*.*": ("tfds", "mnist", "3.*.*"),
    "emnist/letters": ("tfds", "emnist/letters", None),
    "emnist/letters:3.1.0": ("tfds", "emnist/letters", "3.1.0"),
    "tfds:mnist": ("tfds", "mnist", None),
    "tfds:mnist:3.0.1": ("tfds", "mnist", "3.0.1"),
    "tfds:digits": ("tfds", "digits", None),
    "tfds:huggingface:mnist": ("tfds", "huggingface:mnist", None),
    "folder:/a/b": ("folder", "/a/b", None),
    "folder:/a:3.0.1": ("folder", "/a:3.0.1", None),
    "npz:/a b/../c.npz": ("npz", "/c.npz", None),
}
# Written as other text, all of them are other datasets.
DIFFERENT = (
    "digits", "tfds:digits", "mnist", "Mnist", "emnist/letters", "emnist-letters",
    "tfds:emnist:letters",
    "emnist/Letters", "emnist/letters/x", "pictures:/a", "pictures:/b", "pictures:a",
    "pictures:/a/", "pictures:/a.b", "pictures:/A", "pictures:../a", "pictures:C:\\a",
    "tfds:huggingface:mnist", "tfds:a:b:c",
    "pictures:" + "/x" * 300, "pictures:" + "/x" * 300 + "/y", "pictures:/..", "pictures:/é",
)  # fmt: skip


@pytest.fixture
def pictures(source_plugin):
    """A kind `pictures`, with an argument that may be any text."""
    source_plugin("pictures", "ARGUMENT = 'TEXT'\nVERSIONED = False\nHELP = 'pictures'\n")


@pytest.mark.parametrize("text", READ)
def test_names_as_they_are_typed(text):
    name = DatasetName.parse(text)
    assert (name.kind, name.argument, name.version) == READ[text]


@pytest.mark.parametrize("text", [*READ, *DIFFERENT])
def test_a_name_as_text_is_the_name_again(text, pictures):
    name = DatasetName.parse(text)
    assert DatasetName.parse(str(name)) == name


@pytest.mark.parametrize("text", ["pictures:/a", "pictures:/a:3.0.1", "pictures:a:b"])
def test_an_argument_of_a_kind_without_versions_is_taken_whole(pictures, text):
    name = DatasetName.parse(text)
    assert (name.kind, name.argument, name.version) == ("pictures", text.partition(":")[2], None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("digits:3", r"kind digits takes no argument\. Received: dataset=digits:3\."),
        ("tfds", r"kind tfds must be named as tfds:NAME\. Received: dataset=tfds\."),
        ("tfds:", "must be named as tfds:NAME"),
        ("", "must be named as tfds:NAME"),
    ],
)
def test_names_that_can_not_be(text, message):
    with pytest.raises(ConfigError, match=message):
        DatasetName.parse(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("mnist", "mnist:3.0.1"), ("mnist:1.0.0", "mnist:3.0.1"), ("tfds:mnist", "mnist"),
     ("digits", "digits"), ("emnist/letters", "emnist/letters:3.1.0")],
)  # fmt: skip
def test_one_dataset_under_two_names(one, other):
    assert same_dataset(one, other)
    assert same_dataset(other, one)
    assert DatasetName.parse(one).path_part == DatasetName.parse(other).path_part
    assert DatasetName.parse(one).title == DatasetName.parse(other).title


def test_other_datasets_are_never_the_same_and_never_on_one_path(pictures):
    for one in DIFFERENT:
        assert [other for other in DIFFERENT if same_dataset(one, other)] == [one]
    parts = {DatasetName.parse(text).path_part.lower() for text in DIFFERENT}
    assert len(parts) == len(DIFFERENT), "also where upper and lower case are one"


def test_a_part_of_a_path_is_one_safe_name(tmp_path, pictures):
    for text in DIFFERENT:
        part = DatasetName.parse(text).path_part
        assert part.isascii()
        assert part not in (".", "..")
        (tmp_path / part).mkdir()
        assert (tmp_path / part).parent == tmp_path
    assert len(list(tmp_path.iterdir())) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("text", "title", "part"),
    [("digits", "digits", "digits"), ("mnist:3.0.1", "mnist", "mnist"),
     ("emnist/letters:3.1.0", "emnist/letters", "emnist-letters"),
     ("tfds:digits", "tfds:digits", None)],
)  # fmt: skip
def test_titles_and_parts_of_usual_names_are_plain(text, title, part):
    name = DatasetName.parse(text)
    assert name.title == title
    assert part in (name.path_part, None)


class TestPaths:
    """Names of folders and files mean the same from everywhere, and collide nowhere."""

    @pytest.mark.parametrize(
        "text", ["folder:pictures", "folder:./pictures/", "folder:x/../pictures"]
    )
    def test_they_are_absolute(self, tmp_path, monkeypatch, text):
        monkeypatch.chdir(tmp_path)
        name = DatasetName.parse(text)
        assert str(name) == f"folder:{tmp_path / 'pictures'}"
        monkeypatch.chdir("/")
        assert DatasetName.parse(str(name)) == name
        data = at_its_place(DataConfig(str(name)))
        assert data.dataset == str(name)

    def test_others_stay_as_they_are_typed(self):
        assert at_its_place(DataConfig("tfds:mnist")).dataset == "tfds:mnist"
        assert at_its_place(AppliedDataConfig()).dataset is None

    def test_the_home_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        assert str(DatasetName.parse("npz:~/a.npz")) == f"npz:{tmp_path}/a.npz"

    def test_folders_of_one_name_lie_apart(self, tmp_path):
        texts = ["folder:/a/x", "folder:/b/x", "folder:/a/x y", "folder:/a/x:y", "folder:/a/X",
                 "folder:/a/x'y", "folder:/a/日本", "csv:/a/x", "npz:/a/x"]  # fmt: skip
        parts = {DatasetName.parse(text).path_part for text in texts}
        assert len(parts) == len(texts)
        for part in parts:
            (tmp_path / part).mkdir()
            assert set(part) <= set("abcdefghijklmnopqrstuvwxyz0123456789~-_.")

    @pytest.mark.parametrize(
        ("text", "advice"),
        [("/folder", "folder:/folder"), ("./a", "folder:./a"), ("../a", "folder:../a"),
         ("~/a", "folder:~/a"), ("own.npz", "npz:own.npz"), ("a/b.NPZ", "npz:a/b.NPZ"),
         ("x.csv", "csv:x.csv"), ("C:\\a", "folder:C:\\a"), ("a.png", "folder:a.png")],
    )  # fmt: skip
    def test_a_path_without_a_kind_is_told_what_to_type(self, text, advice):
        with pytest.raises(ConfigError) as error:
            DatasetName.parse(text)
        assert str(error.value).endswith(
            f"is a path, and a dataset is named as KIND:PATH: --dataset={advice}."
        )

    @pytest.mark.parametrize("text", ["foldr:/x", "huggingface:mnist", "nosuchkind:a", "a:b:c"])
    def test_an_unknown_kind(self, text):
        with pytest.raises(
            ConfigError, match=r"there is no kind '\w+', and .* Known: csv:FILE, digits"
        ):
            DatasetName.parse(text)

    @pytest.mark.parametrize("path", ["/a/\udcff", "/a/b\nc", "/a/b\rc"])
    def test_what_no_flagfile_can_hold(self, path):
        with pytest.raises(ConfigError, match="must be UTF-8 text on one line") as error:
            DatasetName.parse(f"folder:{path}")
        assert "\n" not in str(error.value)


def test_a_published_name_has_no_folders_of_this_machine():
    for text in ("digits", "emnist/letters", "mnist:3.0.1"):
        assert without_place(text) == text
    assert without_place("folder:/home/someone/private/flowers") == "folder:flowers"
    assert without_place("npz:~/own.npz") == "npz:own.npz"
