"""Readouts: small classifiers on the frozen encoder's codes."""
