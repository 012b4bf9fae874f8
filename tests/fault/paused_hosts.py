"""A host that stands still for longer than its lease, as a machine does that is moved or out of memory: another one does what it had in
work, and when it comes back it does no harm."""

import os
import random
import signal

from chat_line import JOIN, Slow
from program import Supervisor
from scenario import OPTIONS
from school import found
from shared_database import SharedDatabase, worked_on_twice


class PausedHosts(SharedDatabase):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(OPTIONS.seed)
        self.lines, self.hosts = self.shared(2, workers={"lease": "10s"})
        self.lines[0].faults = (Slow(JOIN, 0.3),)  # so that it stands still with an answer on its way, and more to ask for

    def rooms_of(self, supervisor: Supervisor) -> set[str]:
        """What its workers have in work."""
        keys = {
            each["key"]
            for each in self.tasks(self.hosts[1])
            if each["state"] == "running" and f":{supervisor.process.pid}:" in each["owner"]
        }
        return {room for room, each in self.hosts[1].rooms().items() if f"reconcile/{each['id']}" in keys}

    def pause(self, supervisor: Supervisor) -> tuple[list[int], set[str]]:
        """While it puts people into a room; the processes that stand still, and what they have in work."""
        passed = self.lines[0].passed
        while True:
            goal = len(passed) + self.chance.randint(1, 6)
            self.wait_for(lambda: len(passed) >= goal and passed[-1].asked.kind == JOIN, "it puts people into a room")
            processes = [supervisor.process.pid, *supervisor.workers()]
            for each in processes:
                os.kill(each, signal.SIGSTOP)
            if rooms := self.rooms_of(supervisor):
                return processes, rooms
            self.let_go_on(processes)  # it was between two rooms

    @staticmethod
    def let_go_on(processes: list[int]) -> None:
        for each in reversed(processes):  # its supervisor last
            os.kill(each, signal.SIGCONT)

    def test_a_host_that_stands_still(self):
        self.apply(self.hosts[0])
        paused = self.start(self.hosts[0])
        processes, had = self.pause(paused)
        made_before = self.roster.accounts(self.chat)
        for room, seats in self.roster.rooms.items():  # whom it was about to add is not to be there any more
            self.roster.rooms[room] = dict(list(seats.items())[:1])
        self.apply(self.hosts[1])
        other = self.start(self.hosts[1])
        self.wait_for(lambda: not self.rooms_of(paused), "its lease has ended")
        self.wait_until_done(self.hosts[1])
        self.assertEqual(found(self.chat, self.hosts[1]), self.roster.wanted(self.chat))
        self.end(other)

        self.let_go_on(processes)
        # A room that it did not have, so that it is seen to be at work again and mends nothing in passing.
        another = self.chance.choice(sorted(set(self.roster.rooms) - had))
        self.roster.rooms[another] |= {self.roster.people[-1]: "student"}
        self.apply(self.hosts[1])
        self.wait_until_done(self.hosts[1])
        self.end(paused)
        self.assertEqual(worked_on_twice(self.lines), [])
        self.expected_accounts = lambda: made_before | self.roster.accounts(self.chat)
        self.check(self.hosts[1], "SIGSTOP of a host for longer than its lease", 1, "not measured")
