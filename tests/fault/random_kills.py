"""Processes of two hosts, and of their PostgreSQL, that are killed at random moments while the roster changes."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time

from chat_server import wait_until
from program import DONE, Commhost, Supervisor, psql
from scenario import OPTIONS, new_database
from shared_database import SharedDatabase, worked_on_twice

BACKENDS = "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"


class RandomKills(SharedDatabase):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(OPTIONS.seed)
        self.database = new_database()
        self.lines, self.hosts = self.shared(2, self.database)
        self.supervisors: list[Supervisor] = []
        self.killed: dict[str, int] = {}

    def accept(self) -> None:
        """Has a roster accepted, by a database that may just be away: the admin tries again until he is told that it is."""
        host = self.chance.choice(self.hosts)
        file = self.roster.write(host.directory / "roster.json")
        wait_until(lambda: host.text("roster", "apply", file).status == DONE, "the roster is accepted", pause=0.25)

    def kill_one(self) -> None:
        at = self.chance.randrange(len(self.supervisors))
        match self.chance.choice(["worker", "supervisor", "backend"]):
            case "worker":
                if not (workers := self.supervisors[at].workers()):
                    return
                with contextlib.suppress(ProcessLookupError):  # it has ended by itself
                    os.kill(self.chance.choice(workers), signal.SIGKILL)
                    self.count("worker")
            case "supervisor":
                self.supervisors[at].end_with(signal.SIGKILL)
                self.count("supervisor")
                self.supervisors[at] = self.start(self.hosts[at])  # as systemd does
            case "backend":
                try:
                    backends = psql(self.database, BACKENDS).split()
                    os.kill(int(self.chance.choice(backends)), signal.SIGKILL)
                except (subprocess.CalledProcessError, ProcessLookupError, IndexError):  # it is on its way back from the last time
                    return
                self.count("backend of PostgreSQL")

    def count(self, what: str) -> None:
        self.killed[what] = self.killed.get(what, 0) + 1

    def test_random_kills(self):
        self.accept()
        self.supervisors = [self.start(host) for host in self.hosts]
        begun = time.monotonic()
        everybody = self.roster.accounts(self.chat)
        for _ in range(OPTIONS.rounds):
            threading.Event().wait(self.chance.uniform(0.1, 2.0))  # the moment is a part of the fault
            self.kill_one()
            self.roster = self.roster.changed(self.chance, 4)
            everybody |= self.roster.accounts(self.chat)
            self.accept()
        self.expected_accounts = lambda: everybody
        self.wait_until_done(self.hosts[0])
        self.begun = begun
        for each in self.supervisors:
            each.end_with(signal.SIGTERM)
        self.assertEqual(worked_on_twice(self.lines), [])
        what = ", ".join(f"{each} {number}" for each, number in sorted(self.killed.items()))
        self.check(self.hosts[0], f"kill -9: {what}", sum(self.killed.values()), "not measured")
