"""Graphs of somebody's: what computes is run, what does more is refused unread."""

import shutil

import pytest
import tensorflow as tf

from kerasae.config import RunError
from kerasae.exporting import graph
from kerasae.exporting.artefact import functions

SPEC = tf.TensorSpec((None, 4, 4, 1), tf.float32, name="image")


def saved(folder, function, **attributes):
    """A SavedModel whose signature `encode` is a function of images."""
    module = tf.Module()
    for name, value in attributes.items():
        setattr(module, name, value)
    module.encode = tf.function(function, input_signature=[SPEC])
    tf.saved_model.save(module, str(folder), signatures={"encode": module.encode})
    return folder


def flat(image):
    return {"code": tf.reshape(image, (-1, 16))}


def after(*operations):
    with tf.control_dependencies(operations):
        return tf.constant(1.0)


def python(value):
    return value


REFUSED = {
    "WriteFile": lambda image: tf.io.write_file("PATH", "x"),
    "ReadFile": lambda image: tf.io.read_file("PATH"),
    "MatchingFiles": lambda image: tf.io.matching_files("/*"),
    "EagerPyFunc": lambda image: tf.py_function(python, [image], tf.float32),
    "PyFunc": lambda image: tf.raw_ops.PyFunc(input=[image], token="x", Tout=[tf.float32])[0],
    "PyFuncStateless": lambda image: tf.raw_ops.PyFuncStateless(
        input=[image], token="x", Tout=[tf.float32]
    )[0],
    "PrintV2": lambda image: tf.print("x", output_stream="file://PATH"),
    "SaveV2": lambda image: tf.raw_ops.SaveV2(
        prefix="PATH", tensor_names=["x"], shape_and_slices=[""], tensors=[image]
    ),
    "RestoreV2": lambda image: tf.raw_ops.RestoreV2(
        prefix="PATH", tensor_names=["x"], shape_and_slices=[""], dtypes=[tf.float32]
    )[0],
    "ShardedFilename": lambda image: tf.raw_ops.ShardedFilename(
        basename="PATH", shard=0, num_shards=1
    ),
    "TextLineDataset": lambda image: tf.raw_ops.TextLineDataset(
        filenames=["PATH"], compression_type="", buffer_size=1
    ),
    "DebugIdentity": lambda image: tf.raw_ops.DebugIdentity(
        input=image, debug_urls=["file://PATH"]
    ),
    "DecodeProtoV2": lambda image: tf.raw_ops.DecodeProtoV2(
        bytes=["x"], message_type="x", field_names=["x"], output_types=[tf.int32],
        descriptor_source="PATH",
    )[1][0],
}  # fmt: skip


@pytest.mark.parametrize("op", REFUSED)
def test_what_does_more_than_compute_is_refused(tmp_path, op):
    """Where it stands makes no difference: here deep inside of a condition."""
    reach = REFUSED[op]

    def encode(image):
        def deep():
            return after(reach(image))

        scale = tf.cond(tf.reduce_sum(image) > -1, deep, lambda: tf.constant(1.0))
        return {"code": tf.reshape(image, (-1, 16)) * scale}

    folder = saved(tmp_path / "model", encode)
    with pytest.raises(
        RunError, match=rf"can do more than compute\. .*\b{op}\b.* run it with --trust"
    ):
        graph.require_contained(folder)


def test_a_refused_graph_does_not_run(tmp_path):
    written = tmp_path / "written"

    def encode(image):
        scale = after(tf.io.write_file(str(written), "x"))
        return {"code": tf.reshape(image, (-1, 16)) * scale}

    folder = saved(tmp_path / "model", encode)
    with pytest.raises(RunError, match="WriteFile"):
        functions.open_saved_model(folder, "encode")
    assert not written.exists()
    trusted = functions.open_saved_model(folder, "encode", trust=True)
    trusted.encode(tf.zeros((1, 4, 4, 1)))
    assert written.exists()


def test_a_table_from_a_file_is_refused(tmp_path):
    (tmp_path / "words.txt").write_text("a\nb\n")
    index = tf.lookup.TextFileIndex
    words = tf.lookup.TextFileInitializer(
        str(tmp_path / "words.txt"), tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER
    )
    table = tf.lookup.StaticHashTable(words, -1)
    folder = saved(tmp_path / "model", flat, table=table)
    with pytest.raises(RunError, match="InitializeTableFromTextFileV2"):
        graph.require_contained(folder)


def test_what_computes_is_not_refused(tmp_path):
    """Variables, random numbers, conditions, loops, tables in memory, texts and pictures."""
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([1.0])), 0.0
    )
    variable = tf.Variable(2.0)
    generator = tf.random.Generator.from_seed(1)

    def encode(image):
        total = tf.reduce_sum(image)
        for _ in tf.range(3):
            if total > 0:
                total = total * 2.0
        text = tf.strings.join([tf.strings.as_string(total), "a"])
        picture = tf.io.decode_png(tf.io.encode_png(tf.zeros((4, 4, 1), tf.uint8)))
        variable.assign_add(1.0)
        parts = [
            total, variable, table.lookup(tf.strings.substr(text, -1, 1)), tf.random.uniform(()),
            tf.cast(picture[0, 0, 0], tf.float32), generator.normal(()),
            tf.image.resize(image, (3, 3))[0, 0, 0, 0],
            tf.nn.dropout(tf.einsum("abcd,abcd->", image, image), 0.5),
        ]  # fmt: skip
        tf.debugging.assert_all_finite(total, "finite")
        return {"code": tf.reshape(image, (-1, 16)) * tf.add_n(parts)}

    folder = saved(tmp_path / "model", encode, table=table, variable=variable, rng=generator)
    graph.require_contained(folder)
    assert functions.open_saved_model(folder, "encode").size == 16


def test_the_functions_for_saving_are_no_excuse(tmp_path):
    """Their operations are allowed there alone, where nothing else can call them."""
    folder = saved(tmp_path / "model", flat, variable=tf.Variable(2.0))
    graph.require_contained(folder)
    path = folder / "saved_model.pb"
    content = graph._parsed(path)
    (meta,) = content.meta_graphs
    (saver,) = [
        function
        for function in meta.graph_def.library.function
        if any(node.op == "SaveV2" for node in function.node_def)
    ]
    meta.object_graph_def.concrete_functions[saver.signature.name].CopyFrom(
        next(iter(meta.object_graph_def.concrete_functions.values()))
    )
    path.write_bytes(content.SerializeToString())
    with pytest.raises(RunError, match="SaveV2"):
        graph.require_contained(folder)


def test_our_own_exports_only_compute(published, finished):
    graph.require_contained(published[0])
    graph.require_contained(finished.saved_model)


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"\x12\xff\xff\xff\xff\x0f"])
def test_a_damaged_graph(tmp_path, content):
    (tmp_path / "saved_model.pb").write_bytes(content)
    if content:
        with pytest.raises(RunError, match="can't be read as a SavedModel"):
            graph.require_contained(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(RunError, match="can't be read as a SavedModel"):
        graph.require_contained(tmp_path)
