"""The report of a run: one page, told in the order of the experiment's sections."""
