"""Logarithmic axes."""

import pytest

from kerasae.figures import scales, style


@pytest.mark.parametrize(
    ("low", "high", "least", "most"), [(0.0051, 0.0064, 3, 8), (8, 64, 3, 8), (1e-4, 0.2, 3, 5)]
)
def test_axes_get_a_handful_of_numbers(low, high, least, most):
    ticks = scales.locator(low, high, True).tick_values(low, high)
    assert least <= sum(low <= tick <= high for tick in ticks) <= most


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.005, "0.005"), (64, "64"), (5000, "5000"), (20_000, "20k"), (1_250_000, "1.25M"),
     (3e9, "3G")],
)  # fmt: skip
def test_numbers_of_axes_are_short(value, text):
    assert scales.short(value) == text


@pytest.mark.parametrize("values", [[0.2, 0.1, 0.05], [0.3], [0.0, 0.1]])
def test_an_axis_of_any_errors_has_numbers(values):
    """A run of one epoch has one error, and an error may be 0."""
    axes = style.figure(4, 3).add_subplot()
    axes.plot(values)
    scales.logarithmic(axes.yaxis, values)
    axes.figure.canvas.draw()
    shown = [label.get_text() for label in axes.get_yticklabels() if label.get_text()]
    assert shown
    assert not any("$" in text for text in shown)
