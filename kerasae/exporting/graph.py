"""A SavedModel's graph, read before anything of it runs: it is a program of somebody's.

Most of TensorFlow's operations compute and no more. Some read or write files,
talk to other machines, or call Python; a graph with one of those does as it
likes as soon as it is loaded or called.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from google.protobuf import message
from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2
from tensorflow.python.framework import op_def_registry

from kerasae.config import RunError
from kerasae.exporting.call import SAVED_MODEL

# An operation can leave the graph where TensorFlow calls it stateful, or where text comes in, goes
# out or is set: no file and no address is reached without a name. Of these, the ones below keep
# their state inside the graph or make text of text.
_CONTAINED = re.compile(
    r"""
    NoOp | Assert | CheckNumerics(V2)? | Const | DeepCopy | DeviceIndex | Empty | GuaranteeConst
    | Placeholder.*
    # variables
    | VarHandleOp | _VarHandlesOp | ReadVariableOp | _ReadVariablesOp | VariableShape
    | Assign.*VariableOp | VarIsInitializedOp | DestroyResourceOp | DisableCopyOnRead
    | Variable(V2)? | TemporaryVariable | DestroyTemporaryVariable | IsVariableInitialized
    | Assign(Add|Sub)? | Resource(Apply|SparseApply|Gather|Scatter|StridedSlice|CountUpTo).*
    # control flow
    | (Stateful)?PartitionedCall | If | While | Case | For
    # random numbers
    | Random.* | TruncatedNormal | ParameterizedTruncatedNormal | Multinomial | Rng.*
    | Stateful(StandardNormal|TruncatedNormal|Uniform|Random).* | NonDeterministicInts
    | Anonymous(Random)?SeedGenerator | .*CandidateSampler | SampleDistortedBoundingBox(V2)?
    | StatelessRandomGetAlg
    # recurrent layers on a GPU
    | CudnnRNN.*
    # tables, lists and stacks in memory
    | (Anonymous)?(Mutable)?(Dense)?HashTable(OfTensors)?(V2)? | InitializeTable(V2)?
    | LookupTable(Find|Insert|Import|Export|Size|Remove)(V2)? | Stack.* | TensorArray.*
    # text
    | AsString | String(Format|Join|Length|Lower|NGrams|Split|Strip|Upper).*
    | StringTo(HashBucket.*|Number) | Substr | (Static)?Regex(FullMatch|Replace) | ReduceJoin
    | UnsortedSegmentJoin | Unicode.* | (En|De)codeBase64 | DecodeRaw | DecodePaddedRaw
    | Parse(Single)?(Sequence)?Example(V2)? | Fingerprint
    # pictures
    | Decode(AndCropJpeg|Bmp|Gif|Image|Jpeg|Png|WebP) | Encode(Jpeg|Png).* | ExtractJpegShape
    """,
    re.VERBOSE,
)
# Settings that are text and name nothing outside of the graph.
_SETTINGS = frozenset(
    {
        "bad_indices_policy", "combiner", "config", "config_proto", "container",
        "dimension_numbers", "dst_format", "equation", "executor_type", "fill_mode", "frame_name",
        "interpolation", "kernel_type", "message", "noise", "padding", "row_partition_types",
        "set_operation", "shared_name", "src_format",
    }
)  # fmt: skip
# What a SavedModel's own functions for saving and for restoring do, which are no part of its use.
_SAVES = {"SaveV2", "MergeV2Checkpoints", "ShardedFilename"}
_RESTORES = {"RestoreV2"}


def require_contained(folder: Path) -> None:
    """Refuses a SavedModel that can do more than compute.

    Args:
        folder: The SavedModel's.

    Raises:
        RunError: with the operations, or where it can't be read.
    """
    found = sorted(
        {op for meta in _parsed(folder / SAVED_MODEL).meta_graphs for op in _reaching_out(meta)}
    )
    if found:
        raise RunError(
            f"{folder} is refused: its graph can do more than compute. It has the operations "
            f"{', '.join(found)}. Where you trust its author, kerasae.encode and kerasae.transfer "
            "run it with --trust."
        )


def _parsed(path: Path) -> saved_model_pb2.SavedModel:
    content = saved_model_pb2.SavedModel()
    try:
        content.ParseFromString(path.read_bytes())
    except (OSError, message.DecodeError) as error:
        raise RunError(
            f"{path.parent} can't be read as a SavedModel: it is damaged or foreign ({error})."
        ) from None
    return content


def _reaching_out(meta: meta_graph_pb2.MetaGraphDef) -> Iterator[str]:
    """Operations of a graph, its functions included, that can do more than compute."""
    allowed = _saver_functions(meta)
    for node in meta.graph_def.node:
        if _reaches_out(node.op):
            yield node.op
    for function in meta.graph_def.library.function:
        own = allowed.get(function.signature.name, ())
        yield from (n.op for n in function.node_def if n.op not in own and _reaches_out(n.op))


def _reaches_out(op: str) -> bool:
    """Whether an operation is none of those that only compute.

    The name of a function is no operation, and TensorFlow refuses what it doesn't know.
    """
    definition = op_def_registry.get(op)
    if definition is None or _CONTAINED.fullmatch(op):
        return False
    arguments = (*definition.input_arg, *definition.output_arg)
    return (
        definition.is_stateful
        or any(argument.type == types_pb2.DT_STRING for argument in arguments)
        or any(
            attr.type in ("string", "list(string)")
            and not attr.HasField("allowed_values")
            and attr.name not in _SETTINGS
            for attr in definition.attr
        )
    )


def _saver_functions(meta: meta_graph_pb2.MetaGraphDef) -> dict[str, set[str]]:
    """What the functions for saving and restoring may do, by name.

    One that anything else calls, or could, isn't among them.
    """
    saver = meta.saver_def
    ends = {saver.save_tensor_name.split(":")[0]: _SAVES, saver.restore_op_name: _RESTORES}
    functions, others = {}, set(meta.object_graph_def.concrete_functions)
    for nodes in (meta.graph_def.node, *(f.node_def for f in meta.graph_def.library.function)):
        for node in nodes:
            called = _called(node)
            if node.name in ends and nodes is meta.graph_def.node:
                functions |= dict.fromkeys(called, ends[node.name])
            else:
                others |= called
    return {name: ops for name, ops in functions.items() if name not in others}


def _called(node) -> set[str]:
    """Names of the functions that a node calls, by its operation or in its settings."""
    values = node.attr.values()
    listed = {function.name for value in values for function in value.list.func}
    return {node.op} | listed | {value.func.name for value in values if value.HasField("func")}
