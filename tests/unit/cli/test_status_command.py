"""`commhost task status`, and the line that `run --until-idle` shows on a terminal, on the built program."""

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])

DONE, CHANGES_PENDING = 0, 2
ROSTER, PERIODIC = 1, 2


class Status(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-status-"))
        self.addCleanup(shutil.rmtree, self.directory)
        (self.directory / "commhost.json").write_text('{"plugin_roots": []}')
        self.environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        self.now = int(time.time() * 1000)

    def command(self, *words):
        return [PROGRAM, "--config", self.directory / "commhost.json", *words]

    def status(self):
        ended = subprocess.run(self.command("task", "status", "--json"), env=self.environment, capture_output=True, text=True)
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        return json.loads(ended.stdout)

    def sql(self, statement, rows):
        connection = sqlite3.connect(self.directory / "state" / "commhost.db")
        with connection:
            connection.executemany(statement, rows)
        connection.close()

    def queue(self, lane, *dues):
        """For a provider that there is not, so that nobody takes them."""
        self.sql(
            "insert into task (kind, queue, key, lane, payload, state, created, due) values ('reconcile', 'ghost', ?, ?, '{}', 0, 0, ?)",
            [(f"{lane} {due}", lane, self.now + due) for due in dues],
        )

    def test_an_empty_queue_has_nothing_to_count(self):
        self.assertEqual(self.status(), {"lanes": [], "progress": []})

    def test_tasks_are_counted_for_each_lane_and_the_time_left_is_not_known_at_the_start(self):
        self.status()
        self.queue(ROSTER, -1, -2)
        self.queue(PERIODIC, -1, 3_600_000)
        found = self.status()
        none = {"running": 0, "waiting": 0, "failed": 0}
        self.assertEqual(
            found["lanes"],
            [
                {"provider": "ghost", "lane": "roster", "due": 2, "queued": 2, **none},
                {"provider": "ghost", "lane": "periodic", "due": 1, "queued": 2, **none},
            ],
        )
        self.assertEqual(found["progress"], [{"provider": "ghost", "left": 3, "done": 0, "seconds_left": None}])

    def test_the_time_left_follows_from_what_was_done_in_the_last_minutes(self):
        self.status()
        self.queue(ROSTER, -1, -2)
        self.sql("insert into task_sample (queue, slot, at, number) values ('ghost', 1, ?, 10)", [(self.now - 120_000,)])
        (progress,) = self.status()["progress"]
        self.assertEqual((progress["left"], progress["done"]), (2, 8))
        self.assertGreaterEqual(progress["seconds_left"], 30)

    def test_a_run_shows_how_it_gets_on_to_a_terminal_alone(self):
        self.status()
        self.queue(ROSTER, -1, -2)
        reader, terminal = pty.openpty()
        on_terminal = subprocess.run(self.command("run", "--until-idle"), env=self.environment, stdout=subprocess.PIPE, stderr=terminal)
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(reader, 65536):
                shown += piece
        except OSError:  # EIO: how a terminal without another side ends (pty(7))
            pass
        os.close(reader)
        self.assertEqual(on_terminal.returncode, CHANGES_PENDING)
        self.assertIn(b"ghost: 2 left, 0 done in the last minutes, time to go not known yet\x1b[K\r", shown)
        piped = subprocess.run(self.command("run", "--until-idle"), env=self.environment, capture_output=True)
        self.assertNotIn(b"\x1b", piped.stderr + piped.stdout)
        self.assertNotIn(b"2 left", piped.stderr + piped.stdout)

    def test_a_run_keeps_how_much_was_left_for_the_status(self):
        self.status()
        self.queue(ROSTER, -1, -2)
        subprocess.run(self.command("run", "--until-idle"), env=self.environment, capture_output=True)
        connection = sqlite3.connect(self.directory / "state" / "commhost.db")
        self.assertEqual(connection.execute("select queue, number from task_sample").fetchall()[0], ("ghost", 2))
        connection.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
