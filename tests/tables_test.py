"""Tables in Markdown, whatever their cells hold."""

import html

import pytest
from strange_names import NAMES

from kerasae import tables, wording
from kerasae.tables import Difference, Table


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


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.81999, "0.8200"),
        (1.0, "1.0000"),
        (0.0, "0.0000"),
        (0.042, "0.04200"),
        (-21.187, "−21.19"),
        (2.962e-5, "2.962×10⁻⁵"),
        (1234.5, "1,234"),
        (Difference(0.0123), "+0.01230"),
        (141426, "141,426"),
        (float("nan"), "nan"),
    ],
)
def test_a_number_has_one_form(value, shown):
    assert tables.number(value) == shown


def test_numbers_of_a_column_have_the_same_decimals():
    rows = ((0.9667, Difference(0.0028), 0.042, 5e-3), (1.0, Difference(-0.2), 0.04547, 2.0))
    table = Table("", tuple("abcd"), (*rows, (0.05, None, 0.0071, "beyond 0.7")))
    assert tables.texts(table) == [
        ["0.9667", "+0.0028", "0.04200", "0.005000"],
        ["1.0000", "−0.2000", "0.04547", "2.000"],
        ["0.0500", "", "0.00710", "beyond 0.7"],
    ]


def test_numbers_of_a_row_have_them_where_rows_are_of_different_things():
    table = Table("", ("", "a", "b"), (("PSNR", 21.0, 9.5), ("SSIM", 0.5, 1.0)), by_row=True)
    assert tables.texts(table) == [["PSNR", "21.00", "9.50"], ["SSIM", "0.5000", "1.0000"]]


def test_a_spread_has_a_digit_and_the_decimals_of_its_mean():
    assert tables.with_spread(0.96667, 0.0012) == "0.9667 ± 0.0012"
    assert tables.with_spread(0.96667, 0.00002) == "0.96667 ± 0.00002"
    assert tables.with_spread(0.5, None) == "0.5000"
    assert tables.with_spread(0.5, 0.0) == "0.5000 ± 0.0000"


def test_a_table_on_a_terminal():
    table = Table("Title", ("a", "n"), (("x", 1.0),), note="Note.")
    assert tables.for_terminal(table) == "Title\na  n\nx  1.0000\nNote.\n"
