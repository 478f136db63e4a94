"""Workers that do tasks of any kind, several at a time: processes of this machine, or a cluster's.

A task is a trial of a search or a part of a dataset; a pool knows none of them.
"""
