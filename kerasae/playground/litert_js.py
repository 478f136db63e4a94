"""LiteRT.js, which runs `.tflite` files in a browser: fetched from the npm registry once.

It is fetched when kerasae is set up, never while a page is made or shown, and lies beside this
file, so that a wheel that is built afterwards holds it:

  python -m kerasae.playground.litert_js
"""

import base64
import dataclasses
import hashlib
import io
import os
import tarfile
import urllib.request
from pathlib import Path

from kerasae import cli, files
from kerasae.config import ConfigError, RunError

VERSION = "2.5.3"
FOLDER = Path(__file__).parent / "vendor"
# Written last, with the digests of what lies beside it: so another version is fetched anew.
STAMP = "integrity.txt"
COMMAND = "python -m kerasae.playground.litert_js"
REGISTRY, REGISTRY_VARIABLE = "https://registry.npmjs.org", "npm_config_registry"
SECONDS = 30
MAX_BYTES = 64 * 2**20


@dataclasses.dataclass(frozen=True)
class Package:
    """A package of the npm registry, and what of it is kept.

    Attributes:
        name: As in the registry.
        integrity: SHA-512 of its archive in base64, as the registry and lock files have it.
        kept: Its files by their place in `FOLDER`.
    """

    name: str
    integrity: str
    kept: dict[str, str]

    def url(self, registry: str) -> str:
        """Where its archive lies."""
        return f"{registry}/{self.name}/-/{self.name.rpartition('/')[2]}-{VERSION}.tgz"


# Of the four builds of its WebAssembly those of one thread: with and without relaxed SIMD.
# The others need headers that not every web server sends, or what few browsers have.
BUILDS = ("litert_wasm_internal", "litert_wasm_compat_internal")
PACKAGES = (
    Package(
        "@litertjs/core",
        "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
        {
            "core.js": "dist/index.js",
            "package.json": "package.json",
            **{f"wasm/{name}{end}": f"wasm/{name}{end}"
               for name in BUILDS for end in (".js", ".wasm")},
        },
    ),
    Package(
        "@litertjs/wasm-utils",
        "4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tmk78pC2kT39A9OYBVdFawteZ/sI1kQ==",
        {"wasm-utils.js": "dist/index.js"},
    ),
)  # fmt: skip


def names() -> tuple[str, ...]:
    """Its files, from `FOLDER` on."""
    return tuple(name for package in PACKAGES for name in package.kept)


def is_there() -> bool:
    """Whether all of this version was fetched."""
    stamp = FOLDER / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _stamp()


def _stamp() -> str:
    return "".join(f"{package.name} {package.integrity}\n" for package in PACKAGES)


def require() -> None:
    """Raises ConfigError, with how to get it, where it isn't there."""
    if not is_there():
        raise ConfigError(
            f"The page runs models by LiteRT.js {VERSION}, which isn't in this installation. "
            f"Once, with a network: {COMMAND}"
        )


def fetch() -> None:
    """Gets what isn't there yet; all of it or nothing.

    The registry is the one of npm's own variable `npm_config_registry`, npm's
    public one without it.

    Raises:
        RunError: where it can't be had, or isn't what its digest says.
    """
    if is_there():
        return
    registry = os.environ.get(REGISTRY_VARIABLE, REGISTRY).rstrip("/")
    with files.atomic_path(FOLDER) as new:
        for package in PACKAGES:
            _unpack(package, _archive(package, registry), new)
        (new / STAMP).write_text(_stamp(), encoding="utf-8")


def _archive(package: Package, registry: str) -> bytes:
    """A package's archive, of which the digest holds."""
    url = package.url(registry)
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as reply:
            archive = reply.read(MAX_BYTES)
    except (OSError, ValueError) as error:
        raise RunError(
            f"{url} can't be had: {error}. Until it is, kerasae.play has no page."
        ) from None
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != package.integrity:
        raise RunError(f"{url} isn't what is wanted: its SHA-512 is {found}.")
    return archive


def _unpack(package: Package, archive: bytes, folder: Path) -> None:
    """Writes what is kept of a package."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for name, member in package.kept.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed.extractfile(f"package/{member}").read())


def _main() -> None:
    fetch()
    print(f"LiteRT.js {VERSION} is in {FOLDER}")


if __name__ == "__main__":
    cli.finish(_main)
