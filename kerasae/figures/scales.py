"""Axes with plain numbers: logarithmic ones, and counts from 1."""

from matplotlib.ticker import FuncFormatter, Locator, LogLocator, MaxNLocator, NullLocator

from kerasae.tables import LEAST_PLAIN, MINUS, power_of_ten


def locator(low: float, high: float, logarithmically: bool, room: float = 1.0) -> Locator:
    """Where an axis gets its numbers: a handful of round ones, however wide the range is.

    Args:
        low: The least value.
        high: The greatest value.
        logarithmically: Whether the axis is.
        room: Less than 1 for an axis that has no room for a handful.
    """
    ratio = high / low if logarithmically else 1
    for least, subs in ((300 * room**3, (1,)), (10, (1, 2, 5)), (4, (1, 2, 3, 5, 7))):
        if ratio >= least:
            return LogLocator(subs=subs, numticks=20)
    return MaxNLocator(max(2, round(6 * room)), steps=(1, 2, 2.5, 5, 10))


def logarithmic(axis, values, room: float = 1.0) -> None:
    """A logarithmic axis with plain numbers; see `locator` for the room.

    Values of 0 and below have no place on it.
    """
    shown = [value for value in values if value > 0] or [1.0]
    low, high = min(shown), max(shown)
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    if low == high:
        getattr(axis.axes, f"set_{axis.axis_name}lim")(low / 1.5, high * 1.5)
    axis.set_major_locator(locator(low, high, True, room))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def counted(axis, last: int) -> None:
    """Numbers of an axis of things that are counted from 1: the first, the last, and between."""
    ticks = MaxNLocator(6, integer=True, steps=(1, 2, 5, 10)).tick_values(0, last)
    apart = ticks[1] - ticks[0]
    between = [int(tick) for tick in ticks if 1 < tick <= last - 0.6 * apart]
    axis.set_ticks(sorted({1, *(tick for tick in between if tick - 1 >= 0.6 * apart), last}))


def short(value: float) -> str:
    """A number for a tick: `0.005`, `20`, `150k`, `3M`, `2×10⁻⁶`."""
    for least, size, letter in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= least:
            return f"{value / size:.4g}{letter}"
    if 0 < abs(value) < LEAST_PLAIN:
        return power_of_ten(value, ".0e")
    return f"{value:.4g}".replace("-", MINUS)
