"""Between commhost and the chat server: one request is done there, and its answer is held back until the test lets it go."""

import http.client
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chat_server import DeadlinePassed, Request

# Of the connection, and not of what is said (RFC 9110, section 7.6.1); lengths are told anew.
HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "host")


class Gate:
    """Holds back the answer to the first request of that kind (Request.kind, of which a beginning is enough)."""

    def __init__(self, server: str, kind: str):
        self._server = urllib.parse.urlsplit(server)
        self._kind = kind
        self._first = threading.Lock()
        self._reached = threading.Event()
        self._open = threading.Event()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                gate._pass_on(self)

            do_GET = do_PUT = do_POST = do_DELETE = pass_on

            def log_message(self, *words):
                pass

        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._listener.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._listener.server_port}"
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def wait(self, seconds: float = 120) -> None:
        """Until the request has been done, and whoever sent it waits."""
        if not self._reached.wait(seconds):
            raise DeadlinePassed(f"not within {seconds} s: {self._kind}")

    def open(self) -> None:
        self._open.set()

    def close(self) -> None:
        self.open()
        self._listener.shutdown()
        self._listener.server_close()

    def _pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP_BY_HOP}
        to_server = http.client.HTTPConnection(self._server.hostname, self._server.port, timeout=120)
        try:
            to_server.request(handler.command, handler.path, body or None, headers)
            answer = to_server.getresponse()
            said = answer.read()
        finally:
            to_server.close()
        is_it = Request(answer.status, handler.command, handler.path).kind.startswith(self._kind)
        if is_it and self._first.acquire(blocking=False):
            self._reached.set()
            self._open.wait()
        try:
            handler.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(said)))
            handler.end_headers()
            handler.wfile.write(said)
        except OSError:  # whoever asked is gone
            handler.close_connection = True
