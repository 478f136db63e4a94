"""One file a readout.

A head defines a frozen `Config`, each field made by `config.option`, and
`fit(config, codes, labels, num_classes, seed) -> Readout`; the codes are
float32 `(n, features)`, the labels integers from 0 to `num_classes - 1`. Its
`load(path) -> Readout` reads what the readout's `save` wrote, and `SUFFIX` is
the ending of that file. `EXPORTABLE` is a literal: whether `fit` gives a
`KerasReadout`, which can be part of an exported graph. Importing a head imports
neither Keras nor scikit-learn: its options are shown by `--help`, which answers
at once.
"""
