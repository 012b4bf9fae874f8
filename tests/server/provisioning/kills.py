"""Processes that are killed in the middle of provisioning, at several points: the next run brings the same end state."""

import signal
import tempfile
import unittest
from pathlib import Path

from chat_server import ChatServer, Request, wait_until
from program import DONE, PENDING, Commhost, alive
from school import School, found

# Four rooms of eight people are made at once, in 66 requests or a few less. A point is how many writes of which kind
# Synapse has processed when the process is killed: none of the rooms, some of them, or all of them are made by then. Each
# leaves so much to do that the worker can be stopped before it is done.
ANY, ROOM, JOIN = "", "POST /_matrix/client/v3/createRoom", "POST /_synapse/admin/v1/join/ROOM"
POINTS = [(ANY, 1), (ANY, 12), (ROOM, 1), (ROOM, 3), (JOIN, 2), (JOIN, 16)]


def seen(requests: list[Request], kind: str) -> int:
    return sum(each.is_write and each.kind.startswith(kind) for each in requests)


class Kills(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chat = ChatServer()

    def begin(self):
        """A school of its own whose rooms are not made yet, and a run that has been started on it."""
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        folder = Path(tempfile.mkdtemp(dir=self.host.directory)) / "school"
        self.school = School(folder, ["class-mat-1", "class-phy-1", "class-che-1", "class-bio-1"], most=8)
        self.rooms_before = self.chat.room_ids()
        self.start_of_log = self.chat.mark()
        self.host.apply(self.school.folder)
        return self.host.start("--until-idle")

    def wait_for(self, supervisor, kind: str, number: int):
        def reached():
            if supervisor.process.poll() is not None:
                raise AssertionError(f"the run ended before {number} requests {kind!r} were seen")
            return seen(self.chat.processed(self.start_of_log), kind) >= number

        wait_until(reached, f"Synapse has processed {number} writes {kind!r}")

    def stop_at(self, supervisor, kind: str, number: int) -> int | None:
        """The worker, which goes no further than a little behind the point; None when it had done everything by then."""
        self.wait_for(supervisor, kind, number)
        worker = supervisor.stop_worker()
        return worker if self.host.json("task", "list").document["tasks"] else None

    def begin_and_stop_at(self, kind: str, number: int):
        """A run and its stopped worker, with work left for whoever comes after it. A worker that was quicker than the
        look at it is no fault: then it is tried on another school."""
        for _ in range(10):
            supervisor = self.begin()
            if worker := self.stop_at(supervisor, kind, number):
                return supervisor, worker
            supervisor.kill_worker()
            supervisor.wait()
        self.fail(f"ten workers had done everything soon after {number} writes {kind!r}: choose an earlier point")

    def check_end_state(self):
        """Everybody is where the roster says, in the four rooms that this school has, and no task is left."""
        self.assertEqual(found(self.chat, self.host), self.school.wanted(self.chat))
        made = self.chat.room_ids() - self.rooms_before
        self.assertEqual(made, {self.host.room_id(each["sourcedId"]) for each in self.school.classes()})
        self.assertEqual({each["state"] for each in self.host.rooms().values()}, {"ready"})
        self.assertEqual(self.host.json("task", "list").document, {"tasks": []})

    def test_a_run_goes_on_when_its_worker_is_killed(self):
        for kind, number in POINTS:
            with self.subTest(kind=kind, number=number):
                supervisor, _ = self.begin_and_stop_at(kind, number)
                killed = supervisor.kill_worker()
                ended = supervisor.wait()
                self.assertFalse(alive(killed))
                self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 1), ended)
                self.assertIn("A worker of the provider 'matrix' died: killed by signal 9 (Killed).", ended.err)
                self.check_end_state()

    def test_a_run_goes_on_when_its_worker_is_killed_twice(self):
        supervisor, _ = self.begin_and_stop_at(ROOM, 1)
        supervisor.kill_worker()
        self.assertTrue(self.stop_at(supervisor, JOIN, 4), "the second worker begins with at most three joins done")
        supervisor.kill_worker()
        ended = supervisor.wait()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 2), ended)
        self.check_end_state()

    def test_the_next_run_completes_what_a_killed_supervisor_left(self):
        for kind, number in POINTS:
            with self.subTest(kind=kind, number=number):
                supervisor, worker = self.begin_and_stop_at(kind, number)
                supervisor.end_with(signal.SIGKILL)
                wait_until(lambda: not alive(worker), "the worker ends with its supervisor", 10)
                ended = self.host.run_until_idle()
                self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": 4}), ended)
                self.check_end_state()

    def test_a_run_that_is_told_to_stop_ends_in_order_and_the_next_one_completes(self):
        for kind, number in [(ANY, 12), (JOIN, 2)]:
            with self.subTest(kind=kind, number=number):
                supervisor = self.begin()
                self.wait_for(supervisor, kind, number)
                workers = supervisor.workers()
                self.assertEqual(len(workers), 1)
                stopped = supervisor.end_with(signal.SIGTERM)
                self.assertFalse(alive(workers[0]))
                self.assertEqual(stopped.status, PENDING, stopped)
                self.assertEqual((stopped.document["stopped"], stopped.document["worker_crashes"]), (True, 0))
                tasks = self.host.json("task", "list").document["tasks"]
                self.assertTrue(tasks, "something was left to do")
                self.assertEqual(
                    {(each["state"], each["attempts"], each["crashes"], each["owner"]) for each in tasks},
                    {("queued", 0, 0, None)},
                )
                self.assertEqual(self.host.run_until_idle().status, DONE)
                self.check_end_state()


if __name__ == "__main__":
    unittest.main(verbosity=2)
