"""One file an export target.

A target defines `write(exported, folder, representative)`, which adds its files
to a version folder, and `calls(exported) -> list[Call]`, every function in them
with its tolerance; `representative` are uint8 training images, for targets that
have to know the range of every tensor.
"""
