"""How a task may end that its plugin does not end: the worker leaves in the middle of it, or has to be killed, or is left alone.

No chat server is needed. The last attempt is what the tests look at: then the room, too, has to say why.
"""

import datetime
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from types import SimpleNamespace

from program import DONE, FAULTS, PENDING, Commhost, said
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
CANNOT_BEGIN, IN_ORDER = 3, 4  # with which a worker leaves by itself


class EndsAtWork(unittest.TestCase):
    def begin(self, plugin: str, **settings) -> None:
        """A host with this plugin and one room that is not made yet."""
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / plugin
        shutil.copytree(FAULTS / plugin, folder)
        self.host.configure(plugin_roots=[str(folder.parent)], default_provider=plugin, settings={plugin: settings})
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"room": []}))

    def failed(self) -> dict:
        """The one task, which has failed; its room says the same."""
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual(task["state"], "failed", task)
        room = self.host.rooms()["room"]
        self.assertEqual((room["state"], room["last_error"]), ("failed", task["error"]))
        return task

    def test_a_plugin_that_leaves_in_the_middle_of_a_task_has_crashed_whatever_the_status(self):
        for status in (0, CANNOT_BEGIN, IN_ORDER):
            with self.subTest(status):
                self.begin("exits_at_work", status=status)
                self.host.sql("update task set crashes = 2")
                ended = self.host.run_until_idle()
                self.assertEqual((ended.status, ended.document["worker_crashes"]), (PENDING, 1), ended)
                task = self.failed()
                self.assertEqual((task["error_code"], task["crashes"], task["attempts"]), ("TASK_CRASHED", 3, 0))
                self.assertIn(f"exited with status {status}", task["error"])
                self.assertRegex(ended.err, said("WORKER_CRASHED"))

    def test_a_task_that_takes_too_long_has_its_worker_killed_and_fails(self):
        with tempfile.TemporaryDirectory() as gates:
            os.mkfifo(f"{gates}/room")
            self.begin("waits_at_gate", gates=gates, greeting="hello")
            supervisor = self.host.start("--until-idle")
            self.addCleanup(supervisor.process.kill)
            gate = os.open(f"{gates}/room", os.O_WRONLY)  # waits for the plugin to open its end
        self.addCleanup(os.close, gate)
        self.host.sql("update task set started = 0, attempts = 9")
        ended = supervisor.wait()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (PENDING, 0), ended)
        task = self.failed()
        self.assertEqual((task["error_code"], task["crashes"], task["attempts"]), ("WORKER_DEADLINE", 0, 10))

    def test_a_plugin_that_breaks_a_task_off_unasked_has_failed_at_it(self):
        self.begin("breaks_off")
        self.host.sql("update task set attempts = 9")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (PENDING, 0), ended)
        task = self.failed()
        self.assertEqual((task["error_code"], task["attempts"]), ("invalid", 10))
        self.assertRegex(task["error"], said("WORKER_BROKE_OFF"))

    def test_a_room_that_is_never_there_is_asked_for_again_and_says_what_is_waited_for(self):
        self.begin("takes_its_time")
        self.assertEqual(self.host.run_until_idle().status, PENDING)
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual((task["error_code"], task["attempts"]), ("ROOM_NOT_YET", 0))
        self.assertRegex(self.host.rooms()["room"]["last_error"], said("ROOM_NOT_YET"))

    def test_the_time_that_a_plugin_was_asked_to_wait_is_that_of_the_next_try(self):
        self.begin("asks_to_wait")
        before = int(time.time())
        self.assertEqual(self.host.run_until_idle().status, PENDING)
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual((task["state"], task["error_code"], task["attempts"]), ("waiting", "rate_limited", 0))
        due = datetime.datetime.fromisoformat(task["due"].replace("Z", "+00:00")).timestamp()
        spread = 2  # by which tasks that were told the same time are spread
        self.assertGreaterEqual(due, before + 3600)
        self.assertLessEqual(due, time.time() + 3600 + spread)

    def test_what_a_plugin_would_do_at_the_end_of_its_program_is_no_crash(self):
        for plugin in ("static_destructor_crashes", "thread_local_destructor"):
            with self.subTest(plugin):
                self.begin(plugin)
                ended = self.host.run_until_idle()
                self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 0), ended)
                self.assertEqual(self.host.rooms()["room"]["state"], "ready")

    def test_a_program_that_was_started_with_children_ignored_hears_of_their_end(self):
        self.begin("exits_at_work", status=1)
        self.host.sql("update task set crashes = 2")
        ended = subprocess.run(
            self.host.command("run", "--until-idle"),
            env=self.host.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
        )
        self.assertEqual(ended.returncode, PENDING, ended.stderr)
        self.assertIn("exited with status 1", self.failed()["error"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
