import dataclasses
import re
from typing import Literal

import pytest

from kerasae import flagfile
from kerasae.bounds import FRACTION, Bounds
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, FilePath, option
from kerasae.options import check_options


@dataclasses.dataclass(frozen=True)
class Settings:
    number: int = option(3, "a number")
    rate: float = option(0.5, "a rate")
    word: str = option("plain", "a word")
    maybe: str | None = option(None, "a word or nothing")
    limit: int | None = option(None, "a number or nothing")
    switch: bool = option(True, "on or off")
    kind: Literal["soft", "hard"] = option("soft", "one of two")
    sizes: tuple[int, ...] = option((3, 4), "some numbers")
    names: tuple[str, ...] = option((), "some names")
    run_dir: FilePath | None = option(None, "a folder")
    run_dirs: tuple[FilePath, ...] = option((), "some folders")
    share: float = option(0.5, "a share", bounds=FRACTION)


@pytest.fixture
def line():
    made = CommandLine("What it does.\n")
    made.add_dataclass("Things", Settings)
    made.add("More", "seed", int, 0, "the seed", shown_default="by chance")
    return made


def parsed(line, *flags):
    line.parse(["program", *flags])
    return line.make(Settings)


class TestParsing:
    def test_defaults(self, line):
        assert parsed(line) == Settings()

    def test_every_type(self, line):
        found = parsed(
            line, "--number=7", "--rate=1e-3", "--word=a b", "--maybe=x", "--limit=9",
            "--noswitch", "--kind=hard", "--sizes=5, 6,7", "--names=a,b",
        )  # fmt: skip
        wanted = Settings(7, 0.001, "a b", "x", 9, False, "hard", (5, 6, 7), ("a", "b"))
        assert found == wanted
        assert all(type(size) is int for size in found.sizes)

    @pytest.mark.parametrize("given", ["--switch=false", "--noswitch", "--switch=False"])
    def test_switches(self, line, given):
        assert not parsed(line, given).switch

    def test_home_folders(self, line, monkeypatch):
        monkeypatch.setenv("HOME", "/home/me")
        found = parsed(line, "--run_dir=~/x", "--run_dirs=~,./~,a/~", "--word=~")
        assert (found.run_dir, found.run_dirs) == ("/home/me/x", ("/home/me", "./~", "a/~"))
        assert found.word == "~"

    def test_an_empty_tuple_is_not_the_default(self, line):
        assert parsed(line, "--sizes=").sizes == ()

    def test_later_flags_win(self, line):
        assert parsed(line, "--number=1", "--number=2").number == 2

    @pytest.mark.parametrize(
        ("flag", "message"),
        [
            ("--number=x", "number"),
            ("--number=1.5", "number"),
            ("--rate=fast", "rate"),
            ("--kind=medium", "soft"),
            ("--sizes=1,b", "must be ints separated by commas"),
            ("--switch=perhaps", "switch"),
            ("--nmber=1", "Unknown command line flag 'nmber'. Did you mean: number"),
            ("stray", "Everything must be given as --flag=value. Received: stray"),
            ("--flagfile=/no/such/file", "/no/such/file"),
            ("--run_dir=~nobody_at_all/x", "There is no home folder to put in the place of ~"),
            ("--run_dir=a\0b", "A path can't hold a null character. Received: path=a?b."),
            (f"--number={'1' * 10_000}", "must be a whole number of 1000 digits at most"),
            (f"--nmber{'1' * 10_000}=2", "1111 … 1111"),
            (f"stray{'1' * 10_000}", "1111 … 1111"),
        ],
    )
    def test_mistakes(self, line, flag, message):
        with pytest.raises(ConfigError, match=re.escape(message)) as error:
            parsed(line, flag)
        assert "\n" not in str(error.value)

    def test_a_value_given_apart_from_its_flag(self, line):
        assert parsed(line, "--number", "7").number == 7

    def test_given_tells_a_default_from_the_same_value(self, line):
        parsed(line, "--number=3")
        assert line.given("number")
        assert not line.given("rate")


class TestFlagfiles:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "some.flags"
        path.write_text("# a comment\n--number=10\n\n--sizes=1,2\n// another\n--word=two words\n")
        return path

    def test_read(self, line, file):
        found = parsed(line, f"--flagfile={file}")
        assert (found.number, found.sizes, found.word) == (10, (1, 2), "two words")
        assert line.given("number")

    def test_what_comes_later_wins(self, line, file):
        assert parsed(line, f"--flagfile={file}", "--number=11").number == 11

    def test_and_what_came_before_loses(self, line, file):
        assert parsed(line, "--number=9", f"--flagfile={file}").number == 10

    def test_mistakes_in_a_file_are_mistakes(self, line, file):
        file.write_text("--nmber=3\n")
        with pytest.raises(ConfigError, match="nmber"):
            parsed(line, f"--flagfile={file}")

    def test_a_folder_is_no_flagfile(self, line, tmp_path):
        with pytest.raises((ConfigError, OSError), match=re.escape(str(tmp_path))):
            parsed(line, f"--flagfile={tmp_path}")

    def test_bytes_that_are_no_text(self, line, file):
        file.write_bytes(b"--word=\xff\xfe\n")
        with pytest.raises(ConfigError, match="flagfile"):
            parsed(line, f"--flagfile={file}")

    def test_written_lines_give_the_same_settings_again(self, line, tmp_path):
        settings = Settings(1, 1 / 3, "two words", None, None, False, "hard", (), ("a", "b"))
        text = "\n".join(flagfile.setting_lines(dataclasses.asdict(settings).items()))
        (tmp_path / "again.flags").write_text(text)
        assert parsed(line, f"--flagfile={tmp_path / 'again.flags'}") == settings


class TestHelp:
    def test_groups_flags_and_defaults(self, line):
        assert line.help().startswith("What it does.\n\nThings:\n  --number\n      a number [3]\n")
        for words in (
            "--maybe\n      a word or nothing [(none)]",
            "--switch\n      on or off [true]",
            "--share\n      a share; 0 or more, below 1 [0.5]",
            "--sizes\n      some numbers [3,4]",
            "--names\n      some names [(empty)]",
            "More:\n  --seed\n      the seed [by chance]",
            "--flagfile\n      read flags from this file, one --name=value a line; # begins a",
        ):
            assert words in line.help()

    def test_another_text_leaves_the_range_there(self, line):
        line.explain("share", "what is kept", "half")
        assert "--share\n      what is kept; 0 or more, below 1 [half]" in line.help()
        line.explain("share", "what is kept", bounds=Bounds(0, 1, above=True))
        assert "--share\n      what is kept; above 0, at most 1 [half]" in line.help()
        line.explain("word", "a name")
        assert "--word\n      a name [plain]" in line.help()

    def test_lines_fit_a_terminal(self, line):
        line.add("More", "long", int, 0, "many words " * 40)
        assert max(map(len, line.help().splitlines())) <= 100


class TestRequired:
    @dataclasses.dataclass(frozen=True)
    class Needs:
        source: FilePath | None = option(None, "where from", required=True)
        names: tuple[str, ...] = option((), lambda: "which: a, b", required=True)
        number: int = option(3, "a number")

        def __post_init__(self):
            check_options(self)

    @pytest.fixture
    def line(self):
        made = CommandLine("What it does.\n")
        made.add_dataclass("Needs", self.Needs)
        made.add("More", "word", str, None, "a word", required=True)
        made.add("More", "other", str, None, "another")
        return made

    def test_help_says_so(self, line):
        assert "--source\n      where from [required]" in line.help()
        assert "--names\n      which: a, b [required]" in line.help()
        assert "--word\n      a word [required]" in line.help()
        assert "--other\n      another [(none)]" in line.help()
        line.must_be_given("other")
        assert "--other\n      another [required]" in line.help()

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ([], "--source must be given. Its help: where from. Received: source=(none)."),
            (["--source=x", "--names=", "--word=y"], "--names must be given. Its help: which: a"),
            (["--source=x", "--names=a"], "--word must be given. Its help: a word."),
            (["--source=x", "--names=a", "--word="], "--word must be given."),
        ],
    )
    def test_a_command_line_without_is_refused(self, line, given, message):
        with pytest.raises(ConfigError, match=re.escape(message)):
            line.parse(["program", *given])

    def test_python_is_refused_too(self):
        with pytest.raises(ConfigError, match="--names must be given"):
            self.Needs(source="x")

    def test_with_all_of_them_it_goes_on(self, line):
        line.parse(["program", "--source=x", "--names=a", "--word=y"])
        assert line.make(self.Needs) == self.Needs("x", ("a",))
        with pytest.raises(ConfigError, match="--other must be given"):
            line.require("word", "other")


def test_a_note_stands_below_its_title(line):
    line.note("Things", "Some of them matter.")
    assert "Things:\n  Some of them matter.\n  --number" in line.help()
