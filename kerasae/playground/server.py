"""Serves a page on this machine's own address, to this machine alone."""

import http.server
import mimetypes
from http import HTTPStatus

from kerasae.config import ConfigError
from kerasae.playground import site
from kerasae.playground.site import Site

HOST = "127.0.0.1"
# As browsers want them, whatever this machine's own table says.
TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html; charset=utf-8"}
OTHER = "application/octet-stream"


class PageServer(http.server.ThreadingHTTPServer):
    """Answers with the files of a page, and with nothing else.

    Raises:
        ConfigError: for a port that can't be had.
    """

    daemon_threads = True

    def __init__(self, files: Site, port: int = 0):
        self.files = files
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise ConfigError(f"--port={port} can't be had: {error.strerror or error}.") from None

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """A file of the page; whoever asks for another machine's name gets none."""
        asked = self.headers.get("Host", "").rpartition(":")[0]
        name = self.path.partition("?")[0].removeprefix("/") or site.INDEX
        if asked not in (HOST, "localhost") or name not in self.server.files:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        content = site.read(self.server.files[name])
        kind = TYPES.get(f".{name.rpartition('.')[2]}") or mimetypes.guess_type(name)[0]
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind or OTHER)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Says nothing of what is asked for."""
