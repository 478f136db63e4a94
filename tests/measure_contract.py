"""What holds for every measure."""

import io
import json
import math

import numpy as np

from kerasae.evaluation import measured
from kerasae.evaluation.measured import unit_of


def check(measure, subject, run) -> None:
    """The same numbers twice, with units; the models stay as they are; files hold all of it.

    Args:
        measure: The plug-in.
        subject: To be measured.
        run: A directory for its files.
    """
    for attribute in ("NEEDS_LABELS", "NEEDS_CLASSIFIERS", "NEEDS_OTHER", "SLOW"):
        assert isinstance(getattr(measure, attribute), bool), attribute
    assert measure.TITLE
    models = [subject.autoencoder.model, subject.pca.model, *subject.classifiers.values()]
    before = [model.get_weights() for model in models]
    first, second = measure.compute(subject), measure.compute(subject)
    check_measured(measure, first)
    for key, value in first.summary.items():
        assert value == second.summary[key] or (math.isnan(value) and not measure.SLOW), key
    for key, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[key])
    for model, weights in zip(models, before, strict=True):
        for old, new in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)
    measured.write(run, "it", measure, first, {"seed": 0}, "key")
    record = measured.read(run, "it")
    assert record.title == measure.TITLE
    assert set(record.units) == set(first.summary)
    assert record.table.rows
    assert all(len(row) == len(record.table.columns) for row in record.table.rows)
    assert any(record.comparison.values())
    for table in first.tables:
        assert measured.read_table(run, "it", table)
    if first.arrays:
        assert measured.read_arrays(run, "it").keys() == first.arrays.keys()


def check_measured(measure, found) -> None:
    """The numbers have units, tables are regular, everything can be written."""
    assert found.summary
    for name, value in found.summary.items():
        assert isinstance(value, float), name
        assert " " not in name
        assert unit_of(name, measure.UNITS)
    json.dumps(found.settings, allow_nan=False)
    for rows in found.tables.values():
        assert rows
        assert all(list(row) == list(rows[0]) for row in rows)
    file = io.BytesIO()
    np.savez(file, **found.arrays)
    file.seek(0)
    for key, array in np.load(file, allow_pickle=False).items():
        if array.dtype.kind == "f":
            assert np.isfinite(array).all(), key
