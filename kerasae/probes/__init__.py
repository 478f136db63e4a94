"""Probes: what figures need from a live model, written as arrays into `probes/` of a run.

A probe is a file here with `compute(autoencoder, split, seed, display)`: it returns NumPy arrays
without objects by name, finite, and leaves the model as it is. Nothing else knows it by name: a
figure whose `NEEDS` name `probes/<name>.npz` has it computed.
"""
