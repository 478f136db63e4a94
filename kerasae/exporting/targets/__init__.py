"""One file an export target, see `kerasae.exporting.target.Target`."""
