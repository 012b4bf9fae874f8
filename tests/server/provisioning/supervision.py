"""What `commhost run` does about plugins that die, hang or cannot be looked at, and what it says of it while it goes on.

No chat server is needed.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from chat_server import wait_until
from program import FAULTS, PENDING, Commhost, Supervisor
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
BUILT = 2026112200  # the version of every fixture


class Supervised(unittest.TestCase):
    def begin(self, *plugins: str, settings: dict | None = None, **changes) -> None:
        """A host with these plugins, the first of which is the provider of every room."""
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.root = self.host.directory / "plugins"
        for plugin in plugins:
            shutil.copytree(FAULTS / plugin, self.root / plugin)
        self.host.configure(
            plugin_roots=[str(self.root)], default_provider=plugins[0], settings={plugins[0]: settings or {}}, **changes
        )

    def rooms(self, *rooms: str) -> None:
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {each: [] for each in rooms}))

    def start(self, *words) -> Supervisor:
        supervisor = self.host.start(*words)
        self.addCleanup(supervisor.process.kill)
        return supervisor

    def line_with(self, supervisor: Supervisor, part: str) -> str:
        """The next line of the log that has this part."""
        return next(each for each in supervisor.process.stderr if part in each)

    def count(self, name: str = "dies_at_bad_room") -> int:
        """How many crashes are held against the plugin."""
        with self.host.database() as database:
            found = database.execute("select crashes from plugin_quarantine where name = ?", [name]).fetchall()
        return found[0][0] if found else 0


class Supervision(Supervised):
    def test_the_log_says_where_a_plugin_crashed(self):
        for room, signal_name in (("bad", "SIGABRT|Aborted"), ("deep", "SIGSEGV|Segmentation fault")):
            with self.subTest(room):
                self.begin("dies_at_bad_room")
                self.rooms(room)
                log = self.host.run_until_idle().err
                self.assertRegex(log, f"WORKER_CRASHED.*({signal_name})")
                self.assertIn("printed: It crashed here", log)
                own = [each for each in log.splitlines() if "printed: libcommunication_dies_at_bad_room.so(" in each]
                self.assertTrue(own, log)
                self.assertIn("communication_dies_at_bad_room", own[0])

    def test_one_bad_room_keeps_no_other_waiting(self):
        self.begin("dies_at_bad_room", "good", required_plugins=["dies_at_bad_room"])
        good = [f"room {number}" for number in range(59)]
        self.rooms(*good[:30], "bad", *good[30:])
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (PENDING, {"failed": 1, "ready": 59}), ended)
        self.assertEqual(ended.document["worker_crashes"], 3)
        self.assertEqual((ended.document["providers_unavailable"], ended.document["required_unavailable"]), ([], []))
        (task,) = self.host.json("task", "list", "--state", "failed").document["tasks"]
        self.assertEqual((task["error_code"], task["crashes"]), ("TASK_CRASHED", 3))

    def test_a_worker_that_is_killed_before_it_got_on_says_nothing_for_its_plugin(self):
        with tempfile.TemporaryDirectory() as gates:
            os.mkfifo(f"{gates}/room")
            self.begin("waits_at_gate", settings={"gates": gates, "greeting": "hello"})
            self.host.text("plugin", "list")
            self.host.sql(f"insert into plugin_quarantine values ('waits_at_gate', {BUILT}, 4, 1, 2, 'killed')")
            self.rooms("room")
            supervisor = self.start("--until-idle")
            gate = os.open(f"{gates}/room", os.O_WRONLY)  # waits for the plugin to open its end
        self.addCleanup(os.close, gate)
        self.host.sql("update task set started = 0, attempts = 9")
        self.assertEqual(supervisor.wait().status, PENDING)
        self.assertEqual(self.count("waits_at_gate"), 4)

    def test_a_run_that_goes_on_says_what_waits_and_why_and_when_it_no_longer_does(self):
        self.begin("good", log={"level": "info"})
        settings = self.root / "good/settings.json"
        sound = settings.read_text()
        settings.write_text("{")
        self.rooms("room")
        supervisor = self.start()
        waits = self.line_with(supervisor, "WORKER_WAITS")
        self.assertIn("it is refused", waits)
        self.assertIn(str(settings), waits)
        settings.write_text(sound)
        self.line_with(supervisor, "WORKER_WAITS_NO_MORE")
        wait_until(lambda: self.host.rooms()["room"]["state"] == "ready", "the room is made")
        supervisor.end_with(signal.SIGTERM)

    def test_a_worker_whose_plugin_is_gone_has_no_successor_and_the_log_says_so(self):
        with tempfile.TemporaryDirectory() as gates:
            os.mkfifo(f"{gates}/room")
            self.begin(
                "waits_at_gate", settings={"gates": gates, "greeting": "hello"}, log={"level": "info"}
            )
            self.rooms("room")
            supervisor = self.start()
            with open(f"{gates}/room", "w"):  # waits for the plugin to open its end
                os.rename(self.root / "waits_at_gate", self.host.directory / "elsewhere")
                retires = self.line_with(supervisor, "WORKER_RETIRES")
        self.assertIn("it is missing", retires)
        wait_until(lambda: self.host.rooms()["room"]["state"] == "ready", "it has finished its room")
        ended = supervisor.end_with(signal.SIGTERM)
        self.assertEqual(ended.document["worker_crashes"], 0, ended.err)


class WithoutProbes(Supervised):
    """A copy of the program from which what probes plugins can be taken away."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="commhost-supervision-")
        self.addCleanup(folder.cleanup)
        program = Path(os.environ["COMMHOST_TEST_PROGRAM"])
        for each in (program, program.with_name("commhost-probe")):
            shutil.copy(each, folder.name)
        self.probe = Path(folder.name, "commhost-probe")
        self.program = Path(folder.name, program.name)

    def begin(self, *plugins, **changes):
        super().begin(*plugins, **changes)
        words = self.host.command
        self.host.command = lambda *given: [str(self.program), *words(*given)[1:]]

    def test_a_first_look_that_fails_again_and_again_is_told_once_and_keeps_no_signal_from_ending_the_run(self):
        self.begin("good")
        self.probe.unlink()
        supervisor = self.start()
        self.line_with(supervisor, "PROBE_START")
        ended = supervisor.end_with(signal.SIGTERM)
        self.assertTrue(ended.document["stopped"], ended)
        self.assertNotIn("PROBE_START", ended.err)

    def test_what_was_known_before_a_look_that_fails_is_gone_on_with(self):
        self.begin("good")
        self.host.text("plugin", "list")
        supervisor = self.start()
        self.rooms("one")
        wait_until(lambda: self.host.rooms()["one"]["state"] == "ready", "a worker has begun")
        self.probe.unlink()
        shutil.copytree(FAULTS / "waits_at_gate", self.root / "waits_at_gate")
        self.line_with(supervisor, "PROBE_START")
        self.host.text("plugin", "disable", "waits_at_gate")
        (worker,) = supervisor.workers()
        os.kill(worker, signal.SIGTERM)  # it ends in order
        wait_until(lambda: not supervisor.workers(), "it has ended")
        self.rooms("one", "two")
        wait_until(lambda: self.host.rooms()["two"]["state"] == "ready", "another one has begun")
        supervisor.end_with(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main(verbosity=2)
