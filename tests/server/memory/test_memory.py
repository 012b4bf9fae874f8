"""How much memory a worker takes while it makes a room of 5,000 members, and while it reads that room back.

The server is a stand-in (tests/bench/homeserver): a real Synapse takes minutes to put so many people into a room, and
what is measured here is the worker. The programs come from COMMHOST_TEST_PROGRAM and COMMHOST_TEST_STAND_IN.
"""

import csv
import json
import math
import os
import select
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TESTS / "bench"))
from homeserver.processes import children_of, is_worker, most_resident_kib  # noqa: E402
from homeserver.stand_in import StandIn  # noqa: E402

MAKE_SCHOOL = TESTS / "fixtures" / "make_sample_school.py"
PROGRAM = os.environ["COMMHOST_TEST_PROGRAM"]

STUDENTS = 5_000
TEACHER, STAFF, NOT_IN_THE_CLASS = 1, 4, 1
PEOPLE = TEACHER + STAFF + STUDENTS + NOT_IN_THE_CLASS
IN_THE_CLASS = STUDENTS + 2  # its teacher, and one of the staff
LAST_STUDENT, STUDENT_OF_NO_CLASS = f"person-{PEOPLE - 1}", f"person-{PEOPLE}"

LIMIT_KIB = 100 * 1024
SAMPLE_MILLISECONDS = 20
GIVE_UP_SECONDS = 400


def joined(stand_in: StandIn, room: str) -> set[str]:
    state = stand_in.get(f"/_matrix/client/v3/rooms/{urllib.parse.quote(room)}/state")
    return {
        event["state_key"]
        for event in state
        if event["type"] == "m.room.member" and event["content"]["membership"] == "join"
    }


@dataclass(frozen=True)
class Pass:
    """What one `commhost run --until-idle` took, and what it left on the stand-in."""

    title: str
    workers_kib: list[int]  # VmHWM of each worker
    seconds: float
    requests: Counter[str]  # by kind
    largest_answer: int  # bytes, of all answers until then
    joined: set[str]
    wanted: set[str]

    def __str__(self) -> str:
        workers = ", ".join(f"{kib / 1024:.1f} MiB" for kib in self.workers_kib)
        requests = ", ".join(f"{count} {kind}" for kind, count in self.requests.most_common())
        return (
            f"{self.title}: worker at most {workers} resident; {self.seconds:.1f} s; {len(self.joined)} in the room;"
            f" {requests}; largest answer {self.largest_answer / 1e6:.2f} MB"
        )


def watch_workers(supervisor: subprocess.Popen) -> list[int]:
    """Waits for the supervisor and returns VmHWM of each worker it had, as last seen before the worker's end.

    A worker is idle for a moment before it is told to stop, so what was seen last is the whole of its work.
    """
    seen: dict[int, int] = {}
    give_up = time.monotonic() + GIVE_UP_SECONDS
    ended = os.pidfd_open(supervisor.pid)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        while not poll.poll(SAMPLE_MILLISECONDS):
            for process in children_of(supervisor.pid):
                if (process in seen or is_worker(process)) and (kib := most_resident_kib(process)) is not None:
                    seen[process] = kib
            if time.monotonic() > give_up:
                raise AssertionError(f"commhost run --until-idle has not ended after {GIVE_UP_SECONDS} s")
    finally:
        os.close(ended)
        supervisor.terminate()  # nothing happens when it has ended
        supervisor.wait()
    return list(seen.values())


class MemoryOfAWorker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="commhost-memory-")
        cls.addClassCleanup(directory.cleanup)
        cls.directory = Path(directory.name)
        cls.stand_in = StandIn(os.environ["COMMHOST_TEST_STAND_IN"])
        cls.addClassCleanup(cls.stand_in.stop)
        cls.environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMHOST_")}
        cls.configure()
        cls.roster = cls.directory / "roster"
        size = ["--classes", "1", "--people", str(PEOPLE), "--per-class", str(STUDENTS)]
        subprocess.run([sys.executable, "-B", MAKE_SCHOOL, *size, cls.roster], check=True, stdout=subprocess.DEVNULL)

        cls.first = cls.provision("a new room")
        enrolments = cls.roster / "enrollments.csv"
        enrolments.write_text(enrolments.read_text().replace(LAST_STUDENT, STUDENT_OF_NO_CLASS))
        cls.second = cls.provision("one person changed for another")
        print(f"\n{cls.first}\n{cls.second}", flush=True)

    @classmethod
    def configure(cls) -> None:
        token = cls.directory / "token"
        token.touch(mode=0o600)
        token.write_text(cls.stand_in.token)
        matrix = {
            "homeserver_url": cls.stand_in.url,
            "server_name": cls.stand_in.name,
            "access_token": f"file:{token}",
        }
        document = {
            "state_directory": str(cls.directory),
            "default_provider": "matrix",
            "log": {"level": "warning"},
            "settings": {"matrix": matrix},
        }
        (cls.directory / "commhost.json").write_text(json.dumps(document))

    @classmethod
    def command(cls, *words) -> list[str]:
        return [PROGRAM, "--config", str(cls.directory / "commhost.json"), *map(str, words)]

    @classmethod
    def commhost(cls, *words) -> str:
        done = subprocess.run(cls.command(*words), env=cls.environment, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise AssertionError(f"commhost {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    @classmethod
    def provision(cls, title: str) -> Pass:
        """Applies the roster, carries it out and looks."""
        cls.commhost("roster", "apply", cls.roster)
        before = Counter(cls.stand_in.counts()["requests"])
        begin = time.monotonic()
        with open(cls.directory / "run.txt", "w+") as out:
            supervisor = subprocess.Popen(cls.command("run", "--until-idle"), env=cls.environment, stdout=out)
            workers_kib = watch_workers(supervisor)
            if supervisor.returncode != 0:
                out.seek(0)
                raise AssertionError(f"commhost run --until-idle ended with {supervisor.returncode}:\n{out.read()}")
        seconds = time.monotonic() - begin
        counts = cls.stand_in.counts()
        (room,) = json.loads(cls.commhost("room", "list", "--json"))["rooms"]
        id_ = room["url"].partition("#/")[2].partition("?")[0]
        return Pass(
            title,
            workers_kib,
            seconds,
            Counter(counts["requests"]) - before,
            counts["largest_answer"],
            joined(cls.stand_in, id_),
            cls.wanted_accounts(),
        )

    @classmethod
    def wanted_accounts(cls) -> set[str]:
        """Everybody of the class, and commhost's own account. The generator's user names need no mapping."""

        def rows(name: str) -> list[dict[str, str]]:
            with open(cls.roster / name, newline="", encoding="utf-8") as file:
                return list(csv.DictReader(file))

        usernames = {row["sourcedId"]: row["username"] for row in rows("users.csv")}
        names = {usernames[row["userSourcedId"]] for row in rows("enrollments.csv")}
        return {f"@{name}:{cls.stand_in.name}" for name in names} | {cls.stand_in.admin}

    def assert_small(self, taken: Pass) -> None:
        self.assertEqual(len(taken.workers_kib), 1, "one worker does the work of one provider")
        self.assertLess(taken.workers_kib[0], LIMIT_KIB, f"KiB resident; {taken}")

    def test_a_worker_stays_small_while_it_makes_a_room_of_5000(self):
        self.assert_small(self.first)

    def test_a_worker_stays_small_while_it_reads_a_room_of_5000(self):
        self.assert_small(self.second)

    def test_everybody_is_in_the_new_room(self):
        self.assertEqual(len(self.first.wanted), IN_THE_CLASS + 1)
        self.assertEqual(self.first.joined, self.first.wanted)
        # Each portion is looked up in the list of accounts, which grows meanwhile; a portion of fewer than four one by one.
        # Where the list was not read to its end, the server is asked whose each e-mail address is.
        portions = [min(50, IN_THE_CLASS - made) for made in range(0, IN_THE_CLASS, 50)]
        pages = [math.ceil((1 + 50 * index) / 500) for index in range(len(portions))]
        whole = [people >= 4 and (page - 1) * 10 < people for page, people in zip(pages, portions)]
        self.assertEqual(
            self.first.requests,
            {
                "whoami": 1,
                "versions": 1,
                "list users": sum(
                    page if read_on else int(people >= 4) for page, people, read_on in zip(pages, portions, whole)
                ),
                "get user": sum(people for people, read_on in zip(portions, whole) if not read_on),
                "find address": sum(people for people, read_on in zip(portions, whole) if not read_on),
                "put user": IN_THE_CLASS,
                "create room": 1,
                "join": IN_THE_CLASS,
                # Whether another service makes the accounts: it has none, as a Synapse by itself.
                "unknown": 2,
                "refused": 2,
            },
        )

    def test_the_person_changed_is_all_that_is_sent(self):
        self.assertEqual(len(self.second.joined - self.first.joined), 1)
        self.assertEqual(len(self.first.joined - self.second.joined), 1)
        self.assertEqual(self.second.joined, self.second.wanted)
        made = {"get user": 1, "find address": 1, "put user": 1}
        self.assertEqual(self.second.requests, {"read state": 1, "kick": 1, "join": 1} | made)

    def test_what_was_read_is_as_large_as_a_real_answer(self):
        self.assertGreater(self.second.largest_answer, STUDENTS * 500)


if __name__ == "__main__":
    unittest.main(verbosity=2)
