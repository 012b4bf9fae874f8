"""The built commhost with a state directory and a configuration of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from chat_server import ChatServer, wait_until

FIXTURES = Path(os.environ["COMMHOST_TEST_FIXTURES"])
PLUGINS = Path(os.environ["COMMHOST_TEST_PLUGINS"])  # the plugins that came with the program
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])  # one plugin for each fault

DONE, FAILED, PENDING, WRONG_USAGE = 0, 1, 2, 64


def said(code: str) -> str:
    """A pattern for what is found where this message is told, with whatever values, in English."""
    found = json.loads((FIXTURES.parents[1] / "lang/en/core_communication.json").read_text())[code]["found"]
    return ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", found))


@dataclass(frozen=True)
class Ended:
    """How a command ended. The document is None when it was not asked for --json."""

    status: int
    out: str
    err: str
    document: dict | None


def psql(location: str, statement: str) -> str:
    words = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", statement, location]
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def new_schema(server: str, name: str) -> str:
    """An empty part of a PostgreSQL server; its URL."""
    schema = re.sub(r"\W", "_", name.lower())
    psql(server, f"create schema {schema}")
    return f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"


class Commhost:
    def __init__(self, chat: ChatServer, **changes):
        """changes: fields of the configuration in place of those below; under "matrix" some of its settings."""
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-provisioning-"))
        self._chat = chat
        server = os.environ.get("COMMHOST_TEST_POSTGRESQL")  # where it is named, the tests run once more on it
        self._database = new_schema(server, self.directory.name) if server else None
        self.configure(**changes)

    def configure(self, **changes) -> None:
        token = self.directory / "token"
        with open(os.open(token, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(changes.pop("token", self._chat.token) + "\n")
        matrix = {
            "homeserver_url": self._chat.url,
            "server_name": self._chat.name,
            "access_token": f"file:{token}",
        } | changes.pop("matrix", {})
        document = {
            "state_directory": str(self.directory / "state"),
            "default_provider": "matrix",
            "removals": {"per_room": {}, "total": {}},  # the rosters of tests take out whom they like
            "log": {"level": "warning"},
            "settings": {"matrix": matrix},
        } | ({"database": self._database} if self._database else {}) | changes
        (self.directory / "commhost.json").write_text(json.dumps(document))

    def configured(self, *fields: str) -> dict:
        """These fields of the configuration, for another host."""
        document = json.loads((self.directory / "commhost.json").read_text())
        return {each: document[each] for each in fields}

    def remove(self) -> None:
        shutil.rmtree(self.directory)

    def command(self, *words) -> list[str]:
        return [os.environ["COMMHOST_TEST_PROGRAM"], "--config", str(self.directory / "commhost.json"), *map(str, words)]

    @staticmethod
    def environment() -> dict[str, str]:
        """Nothing of the configuration comes from where the test is run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMHOST_")}
        return kept | {"LC_ALL": "C.UTF-8"}  # English, whoever runs the tests

    def text(self, *words) -> Ended:
        """Runs a command as an admin reads it."""
        ended = subprocess.run(
            self.command(*words), env=self.environment(), capture_output=True, text=True, timeout=600
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr, None)

    def json(self, *words) -> Ended:
        """Runs a command with --json; its standard output must be one document."""
        ended = self.text(*words, "--json")
        try:
            return Ended(ended.status, ended.out, ended.err, json.loads(ended.out))
        except ValueError as wrong:
            raise AssertionError(f"{words} printed no JSON document but {ended.out!r}, {ended.err!r}") from wrong

    def apply(self, source, *words) -> dict:
        """Applies a roster, which must succeed; what commhost says of it."""
        ended = self.json("roster", "apply", source, *words)
        if ended.status != DONE:
            raise AssertionError(f"roster apply {source} ended with status {ended.status}: {ended.err}")
        return ended.document

    def run_until_idle(self) -> Ended:
        return self.json("run", "--until-idle")

    def start(self, *words, variables: dict[str, str] | None = None) -> "Supervisor":
        """words: of `commhost run`; none for a run that goes on until it is stopped. variables: of its environment, besides those of
        every command."""
        return Supervisor(self, *words, variables=variables or {})

    def rooms(self) -> dict[str, dict]:
        """What `room list` says, by the instance's own id."""
        return {each["instance"].rpartition("/")[2]: each for each in self.json("room", "list").document["rooms"]}

    def sql(self, statement: str) -> str | None:
        """Changes what is stored, behind the program's back: a past that a test cannot wait for. With PostgreSQL what psql prints."""
        if self._database:
            return psql(self._database, statement)
        with self.database() as database:
            with database:
                database.execute(statement)

    def database(self) -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(sqlite3.connect(self.directory / "state" / "commhost.db", timeout=60))

    def room_id(self, instance: str) -> str:
        """The chat server's id of an instance's room, out of its URL."""
        return room_in(self.rooms()[instance]["url"])


def room_in(url: str) -> str:
    """The chat server's id of a room."""
    return url.rpartition("/#/")[2].partition("?")[0]


def alive(process: int) -> bool:
    """Whether the process runs. A dead one that nobody has looked at yet (state Z) does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def children_of(process: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == process:
            found.append(int(stat.parent.name))
    return found


def command_line(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


class Supervisor:
    """A `commhost run` that is going on."""

    def __init__(self, host: Commhost, *words, variables: dict[str, str]):
        self._output = open(host.directory / "run.out", "w+")
        self.process = subprocess.Popen(
            host.command("run", *words, "--json"),
            env=host.environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.PIPE,
            text=True,
        )

    def workers(self) -> list[int]:
        children = children_of(self.process.pid)
        return [each for each in children if "worker" in command_line(each) and alive(each)]

    def _signal_worker(self, number: signal.Signals) -> int:
        (worker,) = wait_until(self.workers, "there is a worker")
        os.kill(worker, number)
        return worker

    def stop_worker(self) -> int:
        """Has it stand still, until it is killed."""
        return self._signal_worker(signal.SIGSTOP)

    def kill_worker(self) -> int:
        return self._signal_worker(signal.SIGKILL)

    def end_with(self, number: signal.Signals) -> Ended:
        self.process.send_signal(number)
        return self.wait()

    def wait(self, seconds: float = 300) -> Ended:
        _, err = self.process.communicate(timeout=seconds)
        self._output.seek(0)
        out = self._output.read()
        self._output.close()
        return Ended(self.process.returncode, out, err, json.loads(out) if out else None)
