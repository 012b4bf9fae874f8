"""How many workers a provider has, and when one makes way for another by its age or its memory. No chat server is needed."""

import os
import unittest

from chat_server import wait_until
from gated_rooms import GatedRooms
from school import write_document


class WorkerLimits(GatedRooms):
    rooms_at_once = 8
    workers: dict = {}

    def configuration(self) -> dict:
        return {"rooms_at_once": self.rooms_at_once, "workers": self.workers}

    def begin_all(self, number: int) -> None:
        self.rooms = {f"room {each}": [] for each in range(number)}
        for room in self.rooms:
            os.mkfifo(self.gates / room)
        self.host.apply(write_document(self.host.directory / "roster.json", {}, self.rooms))

    def running(self) -> list[dict]:
        return [each for each in self.host.json("task", "list").document["tasks"] if each["state"] == "running"]

    def open_gates(self) -> None:
        """Of all rooms, whoever has them: each worker takes the next when it is through one."""
        for room in self.rooms:
            os.close(os.open(self.gates / room, os.O_WRONLY))
        wait_until(lambda: {each["state"] for each in self.host.rooms().values()} == {"ready"}, "all rooms are ready")


class Several(WorkerLimits):
    rooms_at_once = 2
    workers = {"most": 3}

    def test_a_provider_has_as_many_workers_as_it_may_while_there_is_enough_to_do(self):
        self.begin_all(9)
        wait_until(lambda: len(self.running()) == 6, "three workers have two rooms each")
        self.assertEqual(len(self.supervisor.workers()), 3)
        self.assertEqual(len({each["owner"] for each in self.running()}), 3)
        self.open_gates()
        self.assertEqual(len(self.supervisor.workers()), 3)
        self.stop()

    def test_one_that_can_do_it_alone_does_it_alone(self):
        self.begin_all(2)
        wait_until(lambda: len(self.running()) == 2, "both rooms are under way")
        self.assertEqual(len(self.supervisor.workers()), 1)
        self.open_gates()
        self.stop()


class Old(WorkerLimits):
    workers = {"age": "1s"}

    def test_one_that_is_old_finishes_its_rooms_while_another_one_begins(self):
        before = self.begin("before")
        (old,) = self.supervisor.workers()
        line = self.line_of_replacement()
        self.assertIn("workers.age", line)
        after = self.begin("after")
        self.assertIn(old, self.supervisor.workers())
        self.assertEqual(len({each["owner"] for each in self.running()}), 2)
        self.end("after", after)
        self.end("before", before)
        wait_until(lambda: old not in self.supervisor.workers(), "the old one has ended")
        self.stop()


class Big(WorkerLimits):
    workers = {"memory_mib": 96}

    def test_one_that_has_grown_finishes_its_rooms(self):
        self.set("grows_mib", "110")
        gate = self.begin("room")
        (old,) = self.supervisor.workers()
        self.assertRegex(self.line_of_replacement(), r"1[1-9]\d MiB .*workers.memory_mib says 96 MiB")
        self.end("room", gate)
        wait_until(lambda: old not in self.supervisor.workers(), "it has ended")
        self.stop()

    def test_one_that_grows_on_is_killed_and_its_room_bears_it(self):
        self.set("grows_mib", "300")
        self.begin("room")
        line = next(each for each in self.supervisor.process.stderr if "WORKER_CRASHED" in each)
        self.assertRegex(line, r"killed, since it had 3\d\d MiB .*workers.memory_mib says \(96 MiB\)")
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual(task["crashes"], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
