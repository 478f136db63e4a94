"""Flagfiles: what a line is, and what is refused without a word of what it says."""

import os
import re

import pytest

from kerasae import flagfile
from kerasae.config import ConfigError


@pytest.fixture
def file(tmp_path):
    return tmp_path / "some.flags"


def expanded(file, text):
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return flagfile.expand(["program", f"--flagfile={file}", "--last=1"])[1:-1]


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        ("--a=1", ["--a=1"]),
        ("  -a=1\t", ["-a=1"]),
        ("--noswitch", ["--noswitch"]),
        ("--a=", ["--a="]),
        ("--run_dir=x  # note", ["--run_dir=x"]),
        ("--noswitch # note", ["--noswitch"]),
        ('--run_dir="x"', ["--run_dir=x"]),
        ("--run_dir='a # b'  # note", ["--run_dir=a # b"]),
        ("--classes=Ankle boot,it's", ["--classes=Ankle boot,it's"]),
        ("--color=#fff", ["--color=#fff"]),
        ("# --a=1", []),
        ("// --a=1", []),
        ("\ufeff--a=1\r\n--b=2\r\n", ["--a=1", "--b=2"]),
    ],
)
def test_lines(file, line, flags):
    assert expanded(file, line) == flags


@pytest.mark.parametrize(
    "line", ["a=1", "--a 1", '--a="1', '--a="1" 2', "root:x:0:0", "--- secret"]
)
def test_what_is_no_line_is_refused_and_not_repeated(file, line):
    with pytest.raises(ConfigError) as error:
        expanded(file, f"--first=1\n{line}\n")
    assert str(error.value).startswith(f"--flagfile={file}, line 2: must be --name=value")
    assert line not in str(error.value).replace("--name=value", "")


@pytest.mark.parametrize(
    "text", ["plain", "", "two words", "a # b", '"quoted"', "'", "#", " a ", "x=y", "a  #"]
)
def test_written_lines_are_read_back(file, text):
    assert expanded(file, flagfile.line("name", text)) == [f"--name={text}"]


def test_a_value_apart_from_its_flag(file):
    file.write_text("--a=1")
    assert flagfile.expand(["program", "--flagfile", str(file)]) == ["program", "--a=1"]


def test_one_file_may_name_another(file, tmp_path):
    (tmp_path / "other.flags").write_text("--b=2")
    assert expanded(file, f"--a=1\n--flagfile={tmp_path}/other.flags\n--c=3") == [
        "--a=1", "--b=2", "--c=3",
    ]  # fmt: skip


def test_a_file_that_names_itself_is_read_once(file):
    assert expanded(file, f"--a=1\n--flagfile={file}\n--b=2") == ["--a=1", "--b=2"]


def test_files_that_name_each_other_over_and_over_come_to_an_end(tmp_path):
    for level in range(15):
        (tmp_path / str(level)).write_text(f"--flagfile={tmp_path}/{level + 1}\n" * 2)
    (tmp_path / "15").write_text("")
    with pytest.raises(ConfigError, match="20 files can be read at most"):
        flagfile.expand(["program", f"--flagfile={tmp_path}/0"])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "must be a file"),
        ("/no/such/file", "/no/such/file is missing"),
        ("/dev/zero", "/dev/zero is no regular file"),
        ("{}", "is no regular file"),
        ("{}/pipe", "pipe is no regular file"),
        ("{}/bytes", "bytes is damaged: it is no UTF-8 text"),
        ("{}/large", "large is too large"),
    ],
)
def test_what_is_no_flagfile(tmp_path, path, message):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bytes").write_bytes(b"--word=\xff\xfe\n")
    (tmp_path / "large").write_bytes(b"#" * (flagfile.MAX_BYTES + 1))
    with pytest.raises(ConfigError, match=f"--flagfile.*{re.escape(message)}"):
        flagfile.expand(["program", f"--flagfile={path.format(tmp_path)}"])


def test_a_line_of_spaces_is_read_at_once(file):
    assert expanded(file, f"--a=x{' ' * 200_000}y") == [f"--a=x{' ' * 200_000}y"]
