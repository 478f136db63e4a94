"""One file a verb: its settings, as flags and as arguments in Python, and what they ask for.

Without TensorFlow, so that a mistake is refused at once. `define` adds a verb's settings to a
`CommandLine`, `plan` makes what they stand for; the command line and `kerasae.api` use both.
"""
