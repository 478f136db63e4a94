"""Text from elsewhere that is printed."""

import pytest
from strange_names import NAMES

from kerasae import wording


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("é 日本 👩\u200d🔬 $x$", "é 日本 👩\u200d🔬 $x$"),
        ("a\n\tb", "a\n\tb"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\rb\x7f\x9b2J", r"a\rb\x7f\x9b2J"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\ud800", r"\ud800"),
    ],
)
def test_nothing_commands_a_terminal(text, shown):
    assert wording.printable(text) == shown


def test_one_line():
    assert wording.one_line("two\nlines\t.") == r"two\nlines\t."
    for name in NAMES:
        assert len(wording.one_line(name).splitlines()) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"), (True, "true"), (False, "false"), ((), ""), ((1, 8), "1,8"),
        (0.005, "0.005"), (1e-20, "1e-20"), ("mnist", "mnist"), (0, "0"),
    ],
)  # fmt: skip
def test_settings_are_shown_as_they_are_typed(value, text):
    assert wording.shown(value) == text


def test_a_command_to_show_can_be_typed():
    assert wording.command("train", "--run_dir=a b") == ("python -m kerasae.train '--run_dir=a b'")
