"""Tables in Markdown, whatever their cells hold."""

import html

import pytest
from strange_names import NAMES

from kerasae import tables, wording


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("test_mse_per_pixel, 28x28: 0.05 ± 0.01", "test_mse_per_pixel, 28x28: 0.05 ± 0.01"),
        ("a|b", r"a\|b"),
        ("$\\frac$", r"\$\\frac\$"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("_ _x_", r"\_ \_x\_"),
        ("[a](http://b) `c` **d**", r"\[a\](http://b) \`c\` \*\*d\*\*"),
        ("two\nlines", r"two\\nlines"),
    ],
)
def test_text_is_shown_as_it_is(text, shown):
    assert tables.as_markdown(text) == shown


def test_a_row_stays_a_row():
    lines = tables.markdown(["name", "a|b"], [[name, "1"] for name in NAMES]).splitlines()
    assert len(lines) == len(NAMES) + 2
    for line, name in zip(lines[2:], NAMES, strict=True):
        assert line.startswith("| ") and line.endswith(" | 1 |")
        assert "<" not in line
        cell = line.removeprefix("| ").removesuffix(" | 1 |")
        unescaped = cell.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
        assert html.unescape(unescaped) == wording.one_line(name)
