"""The verbs as functions: what the command lines do, with the names of their flags."""

from kerasae.api.functions.compare import compare
from kerasae.api.functions.encode import encode
from kerasae.api.functions.evaluate import evaluate
from kerasae.api.functions.export import export
from kerasae.api.functions.readout import readout
from kerasae.api.functions.report import report
from kerasae.api.functions.reproduce import reproduce
from kerasae.api.functions.search import search
from kerasae.api.functions.train import train
from kerasae.api.functions.transfer import transfer

__all__ = [
    "compare",
    "encode",
    "evaluate",
    "export",
    "readout",
    "report",
    "reproduce",
    "search",
    "train",
    "transfer",
]
