"""Workers that do tasks of any kind, several at a time: processes of this machine, or a cluster's.

A task is a trial of a search, a part of a dataset or the run of a seed; a pool knows none of them.
"""
