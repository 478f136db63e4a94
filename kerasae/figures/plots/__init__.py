"""Figures of a run, a file each, see `figures.plot.Plot`; nothing else knows one by name.

A section of an experiment's page may name the figure; one that no section names stands in the
last section. `kerasae.evaluate` draws those that need a measure's file.
"""
