"""What all scenarios of the fault suite share: hosts on a real Synapse, the comparison of the end state, and the row it gives."""

import json
import os
import signal
import time
import unittest
from dataclasses import dataclass

from chat_line import ChatLine, Fault
from chat_server import ChatServer, DeadlinePassed, wait_until
from program import DONE, Commhost, Ended, Supervisor, new_schema
from roster import Roster
from school import found

# Every scenario is on SQLite, but for those that say new_database(): Commhost alone would take this for all.
POSTGRESQL = os.environ.get("COMMHOST_TEST_POSTGRESQL")


@dataclass(frozen=True)
class Row:
    fault: str
    injected: int
    lost: int
    duplicates: int
    seconds: float
    moodle: str  # measured on Moodle 4.5.6: 20 rooms of 50, its own times of retry, a homeserver in memory


@dataclass
class Options:
    """What the suite's command line says."""

    rooms: int = 4
    members: int = 6
    rounds: int = 6
    turns: int = 1
    seed: int = 0
    large: bool = False
    named: bool = False  # which scenarios to do


OPTIONS = Options()
ROWS: list[Row] = []


def as_measured(test):
    """Marks a scenario that was measured on Moodle: the large form does it with rooms as large as those were."""
    test.rooms_and_members = (20, 50)
    return test


def only_large(test):
    """Marks a scenario that is so much like others that only the large form does it by itself."""
    return unittest.skipUnless(OPTIONS.large or OPTIONS.named, "done in the large form")(test)


def new_database() -> str:
    """The URL of a new and empty one on the real PostgreSQL."""
    return new_schema(POSTGRESQL, f"fault_{time.monotonic_ns()}")


class Scenario(unittest.TestCase):
    maxDiff = None
    longMessage = True

    def setUp(self):
        os.environ.pop("COMMHOST_TEST_POSTGRESQL", None)
        self.chat = ChatServer()
        self.rooms_before, self.accounts_before = self.chat.room_ids(), self.accounts()
        self.roster = Roster(self.prefix(), *self.rooms_and_members())

    def rooms_and_members(self) -> tuple[int, int]:
        measured = getattr(getattr(self, self._testMethodName), "rooms_and_members", None)
        return measured if measured and OPTIONS.large else (OPTIONS.rooms, OPTIONS.members)

    turn = 0  # of a scenario that is done several times, each with accounts of its own

    def prefix(self) -> str:
        """Of this scenario's accounts alone. Letters, digits and "-", which a Matrix account has as they are."""
        return self._testMethodName.removeprefix("test_").replace("_", "-") + (f"-{self.turn}" if self.turn else "")

    def accounts(self) -> set[str]:
        """Of everybody on the server."""
        return {each["name"] for each in self.chat.get("/_synapse/admin/v2/users?from=0&limit=100000")["users"]}

    def line(self, *faults: Fault) -> ChatLine:
        made = ChatLine(self.chat, *faults)
        self.addCleanup(made.close)
        return made

    def host(self, url: str | None = None, **changes) -> Commhost:
        """url: of the chat server, where that is behind a line."""
        made = Commhost(self.chat)
        self.addCleanup(made.remove)
        made.configure(**({"matrix": {"homeserver_url": url}} if url else {}), **changes)
        return made

    def apply(self, host: Commhost, roster: Roster | None = None) -> None:
        host.apply((roster or self.roster).write(host.directory / "roster.json"))

    def start(self, host: Commhost, *words) -> Supervisor:
        supervisor = host.start(*words)
        self.addCleanup(supervisor.process.kill)
        self.begin_clock()
        return supervisor

    def provision(self, fault: str, moodle: str, *faults: Fault) -> None:
        """A school is made from nothing while this is done to its requests, by a run that goes on by itself."""
        line = self.line(*faults)
        host = self.host(line.url)
        self.apply(host)
        supervisor = self.start(host)
        self.wait_until_done(host)
        self.end(supervisor)
        self.check(host, fault, line.injected, moodle)

    def begin_clock(self) -> None:
        self.begun = time.monotonic()

    def end_clock(self) -> None:
        self.ended = time.monotonic()

    @staticmethod
    def wait_for(condition, what: str):
        return wait_until(condition, what, 900, pause=0.5 if OPTIONS.large else 0.05)

    def tasks(self, host: Commhost) -> list[dict] | None:
        """None while the database is away."""
        ended = host.text("task", "list", "--json")
        return json.loads(ended.out)["tasks"] if ended.status == DONE else None

    def wait_until_done(self, host: Commhost, seconds: float = 900) -> None:
        """Until nothing is left to do, of a run that goes on by itself: nobody tries anything again by hand."""

        def is_done():
            self.left = self.tasks(host)
            return self.left is not None and all(each["state"] == "failed" for each in self.left)

        try:
            wait_until(is_done, "nothing is left to do", seconds, pause=1.0 if OPTIONS.large else 0.25)
        except DeadlinePassed as passed:
            raise DeadlinePassed(f"{passed}: {self.left}") from passed
        self.end_clock()
        self.assertEqual(self.left, [])

    def check(self, host: Commhost, fault: str, injected: int, moodle: str, waiting: frozenset[str] = frozenset()) -> None:
        """That the server has what the roster says, and nothing twice. waiting: accounts that could not be made."""
        self.assertGreater(injected, 0, "the fault was never there")
        wanted = {
            room: {account: level for account, level in members.items() if account not in waiting}
            for room, members in self.roster.wanted(self.chat).items()
        }
        is_there = found(self.chat, host)
        lost = sum(account not in is_there.get(room, {}) for room, members in wanted.items() for account in members)
        rooms = self.chat.room_ids() - self.rooms_before
        accounts = self.accounts() - self.accounts_before
        made_twice = rooms - {host.room_id(room) for room, members in is_there.items() if members}
        strangers = accounts - (self.expected_accounts() - waiting)
        row = Row(fault, injected, lost, len(made_twice) + len(strangers), self.ended - self.begun, moodle)
        print(f"\n    {row}", flush=True)
        ROWS.append(row)
        self.assertEqual((row.lost, made_twice, strangers), (0, set(), set()))
        self.assertEqual(is_there, wanted)
        if not waiting:
            self.assertEqual({each["state"] for each in host.rooms().values()}, {"ready"})

    def expected_accounts(self) -> set[str]:
        """Whom commhost may have made an account for."""
        return self.roster.accounts(self.chat)

    def end(self, supervisor: Supervisor, crashes: int = 0) -> Ended:
        ended = supervisor.end_with(signal.SIGTERM)
        self.assertEqual(ended.document["worker_crashes"], crashes, ended.err)
        return ended


def table(rows: list[Row]) -> str:
    heads = ("fault", "injected", "lost", "duplicates", "seconds", "Moodle 4.5.6, measured, 20 rooms of 50")
    cells = [(r.fault, str(r.injected), str(r.lost), str(r.duplicates), f"{r.seconds:.1f}", r.moodle) for r in rows]
    widths = [max(len(each[column]) for each in (heads, *cells)) for column in range(len(heads))]
    lines = []
    for each in (heads, *cells):
        aligned = [
            text.rjust(width) if 0 < column < 5 else text.ljust(width)
            for column, (text, width) in enumerate(zip(each, widths))
        ]
        lines.append("  ".join(aligned).rstrip())
    injected, lost, twice = (sum(getattr(r, name) for r in rows) for name in ("injected", "lost", "duplicates"))
    total = f"{injected} faults, {lost} members lost, {twice} duplicates"
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], total])
