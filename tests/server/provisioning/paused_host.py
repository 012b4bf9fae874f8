"""A host that stands still for longer than its lease, with a room in work, while another one does that room: when it comes back
it stores nothing.

No chat server is needed. The room is made when the test opens its gate, a named pipe.
"""

import os
import shutil
import signal
import unittest
from types import SimpleNamespace

from program import DONE, FAULTS, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")


class PausedHost(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / "waits_at_gate"
        shutil.copytree(FAULTS / "waits_at_gate", folder)
        self.gates = self.host.directory / "gates"
        self.gates.mkdir()
        self.host.configure(
            plugin_roots=[str(folder.parent)],
            default_provider="waits_at_gate",
            settings={"waits_at_gate": {"gates": str(self.gates)}},
        )

    def greet_with(self, greeting: str) -> None:
        self.assertEqual(self.host.text("settings", "set", "waits_at_gate", "greeting", greeting).status, DONE)

    def test_what_it_had_in_work_is_left_as_the_other_one_made_it(self):
        self.greet_with("paused")
        gate = self.gates / "room"
        os.mkfifo(gate)
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"room": []}))
        paused = self.host.start()
        self.addCleanup(paused.process.kill)
        in_work = os.open(gate, os.O_WRONLY)  # waits for the plugin to open its end
        (worker,) = paused.workers()
        for process in (paused.process.pid, worker):
            os.kill(process, signal.SIGSTOP)

        self.greet_with("other")
        gate.unlink()
        gate.touch()  # stands open for the next worker
        self.host.sql("update task_owner set until = 0")  # its lease has ended
        other = self.host.run_until_idle()
        self.assertEqual((other.status, other.document["worker_crashes"]), (DONE, 0), other.err)
        self.assertEqual(self.host.rooms()["room"]["url"], "https://chat.example.org/other")

        os.close(in_work)
        for process in (worker, paused.process.pid):
            os.kill(process, signal.SIGCONT)
        ended = paused.end_with(signal.SIGTERM)
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 0), ended.err)
        self.assertEqual(self.host.rooms()["room"]["url"], "https://chat.example.org/other")
        self.assertEqual(self.host.rooms()["room"]["state"], "ready")
        self.assertEqual(self.host.json("task", "list").document["tasks"], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
