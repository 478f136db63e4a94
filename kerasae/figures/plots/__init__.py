"""Figures of a run, a file each; nothing else knows one by name.

| name | what |
|---|---|
| first line of the docstring | caption on the page |
| `NEEDS` | files of the run that it reads; `probes/<name>.npz` are computed where missing |
| `draw(run)` | from a `RunDir` to a Matplotlib `Figure`, the same each time |
| `unavailable(run)` | optional: why a run with all of `NEEDS` can't have it, or None |

A section of an experiment's page may name the figure; one that no section names stands in the
last section. `kerasae.evaluate` draws those that need a measure's file.
"""
