"""Tuners, one file each: they propose the candidates of a search.

A tuner's file has a class `Tuner`, based on `kerasae.tuning.oracle.BaseOracle`
and made with a `TunerConfig`, and says what it can in three constants, which
are read without importing it:

- `ENUMERATES`: it goes through the whole space, which then needs values to go through.
- `PRUNES`: it stops trials by itself, so that no other rule does.
- `PLANS_MAX_TRIALS`: its proposals follow from `--max_trials`, so that a search
  can't go on with another number.
"""
