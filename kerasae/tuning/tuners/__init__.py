"""One file a tuner: a class `Tuner`, see `kerasae.tuning.oracle.BaseOracle`."""
