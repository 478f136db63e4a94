"""Ctrl-C that C code turned into another error."""

import pytest

from kerasae import afterwards, interrupts
from kerasae.config import RunError

PYBIND = (
    "pybind11::error_already_set: MISMATCH of original and normalized active exception types: "
    "ORIGINAL _NotOkStatusException REPLACED BY KeyboardInterrupt: <EMPTY MESSAGE>"
)


def of_pybind():
    raise RuntimeError(PYBIND)


def of_python():
    raise SystemError("<built-in> returned NULL without setting an exception") from (
        KeyboardInterrupt()
    )


def taken_for_damage():
    try:
        of_pybind()
    except Exception as error:
        raise RunError(f"x.keras is damaged: {error}") from None


@pytest.mark.parametrize("fail", [of_pybind, of_python, taken_for_damage])
def test_it_is_an_interrupt_again(fail):
    with pytest.raises(KeyboardInterrupt), interrupts.recognised():
        fail()


@pytest.mark.parametrize("fail", [of_pybind, of_python])
def test_after_a_result_it_is_no_failure(fail):
    with pytest.raises(KeyboardInterrupt), afterwards.attempt("The figure"):
        fail()


def test_errors_of_their_own_stay_what_they_are():
    with pytest.raises(RunError, match="full"), interrupts.recognised():
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise RunError("The disk is full.")  # noqa: B904
    with pytest.raises(RuntimeError, match="other"), interrupts.recognised():
        raise RuntimeError("other")
