"""Files that were made to do harm, put into a folder where commands run."""

import io
import json
import os
import pickle
import re
import zipfile
from pathlib import Path

import numpy as np

from torture import images

# A file that appears where something hostile was run.
HARM = "HARM"
SECRET = "secret-of-another-file"
CLASS_NAMES = (r"$\frac$", "<script>HARM()</script>", "=1+1|\x1b[2J\"'a,b")


def harm(folder: Path) -> list[str]:
    """What was run, by the files that it left, and pages that hold a script of a name."""
    found = [str(p.relative_to(folder)) for p in folder.rglob(f"*{HARM}*")]
    for page in folder.rglob("*.html"):
        if "<script>HARM" in page.read_text(encoding="utf-8"):
            found.append(f"a script in {page.relative_to(folder)}")
    for table in (*folder.rglob("*.md"), *folder.rglob("*.csv")):
        text = table.read_text(encoding="utf-8")
        if "<script>HARM" in text and table.suffix == ".md":
            found.append(f"a script in {table.relative_to(folder)}")
        if re.search(r'(^|,)"?=1\+1', text, re.MULTILINE) and table.suffix == ".csv":
            found.append(f"a formula in {table.relative_to(folder)}")
        if "\x1b" in text:
            found.append(f"an escape sequence in {table.relative_to(folder)}")
    return found


def _models(folder: Path) -> list[Path]:
    return [folder / "run" / "model.keras", folder / "run" / "best.keras"]


def lambda_model(folder: Path) -> None:
    """A model whose Lambda layer writes a file, in place of the run's."""
    import keras

    image = keras.Input((12, 12, 1))
    code = f"open({HARM!r}, 'w')"
    layer = keras.layers.Lambda(lambda x: (eval(code), x)[1])
    for path in _models(folder):
        if path.exists():
            keras.Model(image, layer(image)).save(path)
    for path in folder.rglob(HARM):
        path.unlink()
    Path(HARM).unlink(missing_ok=True)


def path_member(folder: Path) -> None:
    """A model with a member that would be unpacked outside the folder."""
    for path in _models(folder):
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(f"../../{HARM}", "x")


def bomb(folder: Path) -> None:
    """A model with weights that unpack to 2 GB."""
    for path in _models(folder):
        with zipfile.ZipFile(path) as archive:
            config = {name: archive.read(name) for name in ("metadata.json", "config.json")}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in config.items():
                archive.writestr(name, data)
            with archive.open("model.weights.h5", "w", force_zip64=True) as member:
                for _ in range(512):
                    member.write(bytes(2**22))


class _Pickled:
    def __reduce__(self):
        return os.system, (f"touch {HARM}",)


def pickles(folder: Path) -> None:
    """Arrays of objects, which NumPy would unpickle, in place of every array of a run."""
    array = np.array([_Pickled()], dtype=object)
    for path in (folder / "run").rglob("*.np[yz]"):
        with path.open("wb") as file:
            if path.suffix == ".npy":
                np.save(file, array, allow_pickle=True)
            else:
                np.savez(file, image=array)
    for path in (folder / "run").rglob("*.json"):
        text = io.BytesIO()
        pickle.dump(_Pickled(), text)
        path.with_suffix(".pkl").write_bytes(text.getvalue())


def _foreign(folder: Path, meddle) -> None:
    """A SavedModel that makes codes of images, and does something else."""
    import tensorflow as tf

    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 1), tf.uint8, name="image")])
    def encode(image):
        flat = tf.reshape(tf.cast(image, tf.float32), (-1, 64))
        return {"code": meddle(flat)}

    module.encode = encode
    tf.saved_model.save(module, str(folder / "foreign"), signatures={"encode": encode})
    for path in folder.glob(f"*{HARM}*"):
        path.unlink()


def writes_file(folder: Path) -> None:
    """A SavedModel that writes a file."""
    import tensorflow as tf

    def meddle(code):
        with tf.control_dependencies([tf.io.write_file(str(folder / HARM), "x")]):
            return tf.identity(code)

    _foreign(folder, meddle)


def reads_file(folder: Path) -> None:
    """A SavedModel that makes codes of a file's bytes."""
    import tensorflow as tf

    def meddle(code):
        text = tf.io.read_file("/etc/passwd")
        return code + tf.cast(tf.strings.length(text), tf.float32)

    _foreign(folder, meddle)


def calls_python(folder: Path) -> None:
    """A SavedModel with a Python function in it."""
    import tensorflow as tf

    def meddle(code):
        return tf.ensure_shape(tf.numpy_function(lambda x: x, [code], tf.float32), (None, 64))

    _foreign(folder, meddle)


def _version(folder: Path) -> Path:
    return folder / "saved_models" / "small" / "1"


def added_file(folder: Path) -> None:
    """A version with a file that isn't its."""
    (_version(folder) / "added.txt").write_text("x", encoding="utf-8")


def added_link(folder: Path) -> None:
    """A version with a link out of it."""
    (_version(folder) / "link").symlink_to("/etc/passwd")


def added_pipe(folder: Path) -> None:
    """A version with a named pipe."""
    os.mkfifo(_version(folder) / "pipe")


def _edit_manifest(folder: Path, edit) -> None:
    """Changes the manifest and makes its checksum anew, as who did harm would."""
    import hashlib

    version = _version(folder)
    manifest, sums = version / "manifest.json", version / "SHA256SUMS"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    edit(content)
    manifest.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    own = hashlib.sha256(manifest.read_bytes()).hexdigest()
    text = re.sub(r"(?m)^\w{64}(?=\s+\*?(\./)?manifest\.json$)", own, sums.read_text("utf-8"))
    sums.write_text(text, encoding="utf-8")


def no_functions(folder: Path) -> None:
    """A version whose manifest promises nothing."""
    _edit_manifest(folder, lambda content: content.update(functions=[]))


def any_tolerance(folder: Path) -> None:
    """A version whose manifest allows any difference."""

    def edit(content):
        for function in content["functions"]:
            if "tolerance" in function:
                function["tolerance"] = 1e9

    _edit_manifest(folder, edit)


def flagfile_in_flags(folder: Path) -> None:
    """A flags.txt that names a file of somebody else."""
    secret = folder / "secret.txt"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    with (folder / "run" / "flags.txt").open("a", encoding="utf-8") as file:
        file.write(f"--flagfile={secret}\n")


def own_flagfile(folder: Path) -> None:
    """A flagfile that includes itself."""
    text = "--flagfile=own.flags\n--out=comparison\n"
    (folder / "own.flags").write_text(text, encoding="utf-8")


def class_names(folder: Path) -> None:
    """A dataset whose classes have names that mean something elsewhere."""
    images.prepare(folder / "data", CLASS_NAMES)
