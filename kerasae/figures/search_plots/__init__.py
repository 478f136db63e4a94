"""Figures of a search, a file each, see `figures.plot.Plot`; nothing else knows one by name."""
