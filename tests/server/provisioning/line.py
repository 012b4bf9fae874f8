"""A line to a real server that a test can cut."""

import contextlib
import socket
import threading


class Line:
    """It begins cut: then whoever calls is refused, and what was on it breaks off. Its port is its own all the time."""

    def __init__(self, host: str, port: int):
        """host: where it begins with "/", the folder of PostgreSQL's unix socket, as libpq has it."""
        self._to = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._own = self._bind(0)  # without a listener the system refuses every call
        self.port = self._own.getsockname()[1]

    @staticmethod
    def _bind(port: int) -> socket.socket:
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def mend(self) -> None:
        self._own.listen()
        threading.Thread(target=self._accept, args=(self._own,), daemon=True).start()

    def cut(self) -> None:
        with contextlib.suppress(OSError):  # it was cut already
            self._own.shutdown(socket.SHUT_RDWR)
        self._own.close()
        self._own = self._bind(self.port)
        with self._lock:
            for end in self._ends:
                with contextlib.suppress(OSError):  # its other side has gone before
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        self._own.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:  # the line was cut
                return
            threading.Thread(target=self._carry_both, args=(near,), daemon=True).start()

    def _connect(self) -> socket.socket:
        if isinstance(self._to, tuple):
            return socket.create_connection(self._to)
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._to)
        return far

    def _carry_both(self, near: socket.socket) -> None:
        with near, self._connect() as far:
            with self._lock:
                self._ends += [near, far]
            back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
            back.start()
            self._carry(near, far)
            back.join()
            with self._lock:
                self._ends = [each for each in self._ends if each not in (near, far)]

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the line was cut
            while piece := one.recv(65536):
                other.sendall(piece)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)
