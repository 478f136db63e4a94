"""The report of a run: one page, in the order of the experiment's sections."""
