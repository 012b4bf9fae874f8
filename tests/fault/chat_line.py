"""An HTTP line to the real chat server that answers some requests itself, or loses an answer once the server has done the work.

It is a stand-in for those faults alone; all that it lets through is Synapse's own doing.
"""

import http.client
import json
import re
import select
import socket
import threading
import time
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chat_server import ChatServer, Request

CREATE_ROOM = r"POST /_matrix/client/v3/createRoom"
CREATE_ACCOUNT = r"PUT /_synapse/admin/v2/users/USER"
JOIN = r"POST /_synapse/admin/v1/join/ROOM"


class Fault:
    """What is done to the requests of one kind (Request.kind), a pattern. Counted under the lock of the line."""

    def __init__(self, kind: str):
        self._kind = re.compile(kind)
        self.injected = 0

    slowness = 0.0  # seconds that its own answers take; a part of the fault

    def concerns(self, asked: Request) -> bool:
        return self._kind.fullmatch(asked.kind) is not None

    def answer(self) -> tuple[int, dict, dict] | None:
        """Status, headers and body that are given in place of the server's; None to let the request through."""
        return None

    def loses_answer(self) -> bool:
        return False

    def holds_back(self) -> float:
        """For how many seconds the server's answer is held back."""
        return 0.0


class LostAnswers(Fault):
    """The server does what it is asked, and of each n-th of these answers nobody hears, or every second time only a part."""

    def __init__(self, kind: str, every: int):
        super().__init__(kind)
        self._every, self._seen = every, 0

    def loses_answer(self) -> bool:
        self._seen += 1
        lost = self._seen % self._every == 0
        self.injected += lost
        return lost


class Slow(Fault):
    """Every answer takes so long."""

    def __init__(self, kind: str, seconds: float):
        super().__init__(kind)
        self._seconds = seconds

    def holds_back(self) -> float:
        self.injected += 1
        return self._seconds


class Limiter(Fault):
    """429 while the bucket is empty, with the time after which there is something in it again."""

    def __init__(self, kind: str, bucket: int, per_second: float):
        super().__init__(kind)
        self._bucket, self._per_second = bucket, per_second
        self._level, self._since = float(bucket), time.monotonic()

    def answer(self):
        now = time.monotonic()
        self._level = min(self._bucket, self._level + (now - self._since) * self._per_second)
        self._since = now
        if self._level >= 1:
            self._level -= 1
            return None
        self.injected += 1
        return too_many(int((1 - self._level) / self._per_second * 1000) + 1)


class Storm(Fault):
    """429 for each n-th request of any kind, until it has been given so often."""

    def __init__(self, every: int, most: int, wait_ms: int):
        super().__init__(r".*")
        self._every, self._most, self._wait, self._seen = every, most, wait_ms, 0

    def answer(self):
        self._seen += 1
        if self.injected == self._most or self._seen % self._every:
            return None
        self.injected += 1
        return too_many(self._wait)


class Broken(Fault):
    """500 for whatever concerns one account, for ever, and after a while, as from a server that ran into a limit of time."""

    slowness = 1.0

    def __init__(self, kind: str, account: str):
        super().__init__(kind)
        self._account = account

    def concerns(self, asked: Request) -> bool:
        return super().concerns(asked) and self._account in urllib.parse.unquote(asked.path)

    def answer(self):
        self.injected += 1
        return 500, {}, {"errcode": "M_UNKNOWN", "error": "Internal server error"}


def too_many(wait_ms: int) -> tuple[int, dict, dict]:
    """As Synapse answers: the wait in the body, and in whole seconds in a header."""
    body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": wait_ms}
    return 429, {"Retry-After": str(-(-wait_ms // 1000))}, body


@dataclass(frozen=True)
class Passed:
    """A request that the server has answered, between two moments of time.monotonic()."""

    asked: Request
    begin: float
    end: float
    abandoned: bool  # whoever asked was gone before the answer

    @property
    def room(self) -> str | None:
        return self.asked.room


class ChatLine:
    def __init__(self, chat: ChatServer, *faults: Fault):
        line = self
        self.faults = faults
        self.passed: list[Passed] = []
        self.lock = threading.Lock()
        self._to = chat.url.removeprefix("http://").rstrip("/")

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer goes out as a whole
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                self.far = http.client.HTTPConnection(line._to)

            def finish(self):
                super().finish()
                self.far.close()

            def log_message(self, *_):
                pass

            def carry(self):
                line._carry(self)

            do_GET = do_PUT = do_POST = do_DELETE = carry

        class Listener(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # whoever asked is gone: it was killed

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._listener.server_port}"
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    @property
    def injected(self) -> int:
        return sum(each.injected for each in self.faults)

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def _carry(self, near: BaseHTTPRequestHandler) -> None:
        asked = Request(0, near.command, near.path)
        body = near.rfile.read(int(near.headers.get("Content-Length", 0)))
        with self.lock:
            concerned = [each for each in self.faults if each.concerns(asked)]
            own = next((given for each in concerned if (given := each.answer())), None)
        if own:
            threading.Event().wait(max(each.slowness for each in concerned))
            status, headers, document = own
            self._answer(near, status, headers | {"Content-Type": "application/json"}, json.dumps(document).encode())
            return
        begin = time.monotonic()
        headers = {name: value for name, value in near.headers.items() if name.lower() != "host"}
        near.far.request(near.command, near.path, body or None, headers)
        answer = near.far.getresponse()
        content = answer.read()
        with self.lock:
            held_back = max((each.holds_back() for each in concerned), default=0.0)
        if held_back:
            threading.Event().wait(held_back)
        with self.lock:
            self.passed.append(Passed(asked, begin, time.monotonic(), self._is_gone(near.connection)))
            # Only what was done counts as an answer to work.
            lost = answer.status < 300 and [each for each in concerned if each.loses_answer()]
            in_part = bool(lost) and lost[0].injected % 2 == 0
        kept = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() not in ("connection", "transfer-encoding", "content-length")
        }
        if not lost:
            self._answer(near, answer.status, kept, content)
            return
        if in_part:
            self._answer(near, answer.status, kept, content, content[: len(content) // 2])
            near.wfile.flush()
        near.close_connection = True

    @staticmethod
    def _is_gone(connection: socket.socket) -> bool:
        if not select.select([connection], [], [], 0)[0]:
            return False
        try:
            return not connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    @staticmethod
    def _answer(near, status: int, headers: dict, content: bytes, sent: bytes | None = None) -> None:
        near.send_response_only(status)
        for name, value in headers.items():
            near.send_header(name, value)
        near.send_header("Content-Length", str(len(content)))
        near.end_headers()
        near.wfile.write(content if sent is None else sent)
