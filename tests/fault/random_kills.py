"""Processes of hosts, and of their PostgreSQL, that are killed at random moments while the roster changes."""

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
    def begin(self, seed: int, number: int) -> None:
        self.chance = random.Random(seed)
        self.database = new_database()
        self.lines, self.hosts = self.shared(number, self.database)
        self.killed: dict[str, int] = {}
        self.everybody = self.roster.accounts(self.chat)
        self.accept()
        self.supervisors = [self.start(host) for host in self.hosts]
        self.first_start = time.monotonic()

    def accept(self) -> None:
        """Has a roster accepted, by a database that may just be away: the admin tries again until he is told that it is."""
        host = self.chance.choice(self.hosts)
        file = self.roster.write(host.directory / "roster.json")
        wait_until(lambda: host.text("roster", "apply", file).status == DONE, "the roster is accepted", pause=0.25)

    def change_roster(self) -> None:
        self.roster = self.roster.changed(self.chance, 4)
        self.everybody |= self.roster.accounts(self.chat)
        self.accept()

    def wait_for_a_moment(self) -> None:
        threading.Event().wait(self.chance.uniform(0.1, 2.0))  # the moment is a part of the fault

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

    def end_and_check(self, fault: str) -> None:
        self.expected_accounts = lambda: self.everybody
        self.wait_until_done(self.hosts[0])
        self.begun = self.first_start
        for each in self.supervisors:
            each.end_with(signal.SIGTERM)
        self.assertEqual(worked_on_twice(self.lines), [])
        self.check(self.hosts[0], fault, sum(self.killed.values()), "not measured")

    def test_random_kills(self):
        self.begin(OPTIONS.seed, 2)
        for _ in range(OPTIONS.rounds):
            self.wait_for_a_moment()
            self.kill_one()
            self.change_roster()
        self.end_and_check("kill -9: " + ", ".join(f"{each} {number}" for each, number in sorted(self.killed.items())))

    def test_one_of_three_hosts(self):
        for turn in range(OPTIONS.turns):
            self.turn = turn
            with self.subTest(seed=OPTIONS.seed + turn):
                if turn:
                    self.doCleanups()
                    self.setUp()
                self.begin(OPTIONS.seed + turn, 3)
                for _ in range(OPTIONS.rounds // 2):
                    self.wait_for_a_moment()
                    at = self.chance.randrange(3)
                    self.supervisors[at].end_with(signal.SIGKILL)  # with which its workers end
                    self.count("host")
                    self.change_roster()
                    self.wait_for_a_moment()  # in which the others go on without it
                    self.supervisors[at] = self.start(self.hosts[at])
                self.end_and_check("kill -9 of one host of three")
