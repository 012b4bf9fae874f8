"""A `commhost run` with the plugin waits_at_gate: a room is made when the test opens its gate, a named pipe, so that the order of
events is the test's and no clock's; one that is there is looked after likewise (GatedRooms.look_after). No chat server is needed.
"""

import os
import re
import shutil
import signal
import unittest
from types import SimpleNamespace

from chat_server import wait_until
from program import DONE, FAULTS, Commhost, said
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")


class GatedRooms(unittest.TestCase):
    plugin_is_there = True  # when the supervisor starts

    def configuration(self) -> dict:
        """Fields of the configuration besides those below."""
        return {}

    def variables(self) -> dict[str, str]:
        """Of the supervisor's environment, besides those of every command."""
        return {}

    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.folder = self.host.directory / "plugins" / "waits_at_gate"
        if self.plugin_is_there:
            shutil.copytree(FAULTS / "waits_at_gate", self.folder)
        self.gates = self.host.directory / "gates"
        self.gates.mkdir()
        self.host.configure(
            plugin_roots=[str(self.folder.parent)],
            default_provider="waits_at_gate",
            log={"level": "info"},
            settings={"waits_at_gate": {"gates": str(self.gates)}},
            **self.configuration(),
        )
        if self.plugin_is_there:
            self.set("greeting", "old")
        self.users, self.rooms = {}, {}
        self.supervisor = self.host.start(variables=self.variables())
        self.addCleanup(self.supervisor.process.kill)

    def set(self, name: str, value: str) -> None:
        self.assertEqual(self.host.text("settings", "set", "waits_at_gate", name, value).status, DONE)

    def apply(self) -> None:
        self.host.apply(write_document(self.host.directory / "roster.json", self.users, self.rooms))

    def begin(self, room: str, *people: str) -> int:
        """Has a worker begin with a new room for these people; the gate's descriptor, which lets it go on when it is closed."""
        os.mkfifo(self.gates / room)
        self.users |= {each: each for each in people}
        self.rooms[room] = list(people)
        self.apply()
        return os.open(self.gates / room, os.O_WRONLY)  # waits for the plugin to open its end

    def look_after(self, room: str, change) -> int:
        """The same for a room that is there and is looked after because of the change."""
        gate = self.gates / f"{room}.update"
        os.mkfifo(gate)
        change()
        descriptor = os.open(gate, os.O_WRONLY)
        gate.unlink()  # open from now on for whoever comes next
        return descriptor

    def end(self, room: str, gate: int) -> dict:
        os.close(gate)
        return wait_until(
            lambda: (found := self.host.rooms()[room])["state"] == "ready" and found, f"the room {room} is ready"
        )

    def wait_for_replacement(self, code: str = "WORKER_REPLACED") -> None:
        """Until the log says that the worker finishes its rooms. WORKER_RETIRES: since its plugin cannot be used any more."""
        self.line_of_replacement(code)

    def line_of_replacement(self, code: str = "WORKER_REPLACED") -> str:
        line = next(each for each in self.supervisor.process.stderr if re.search(said(code), each))
        self.assertIn("waits_at_gate", line)
        return line

    def tasks(self) -> list[dict]:
        return self.host.json("task", "list").document["tasks"]

    def stop(self) -> None:
        ended = self.supervisor.end_with(signal.SIGTERM)
        self.assertEqual(ended.document["worker_crashes"], 0, ended.err)
