"""One promise a file, found by its name.

Each defines `SENTENCE`, what is promised; `COUNT`, faults at a share of 1;
`faults(stage, draw, count)`, a list of faults whose `str` says what is done;
`inject(stage, fault, sandbox)`, which does it in a folder of its own and
returns what was lost, a line each.
"""
