"""Hosts whose clocks are minutes off: with PostgreSQL what they store has the server's time."""

import subprocess
import unittest
from types import SimpleNamespace

from program import DONE, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")


class WrongClock(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)

    def time_of_server(self) -> int:
        return int(self.host.sql("select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)"))

    def test_a_task_is_dated_by_the_server(self):
        for off in ("-17m", "+17m"):
            with self.subTest(off):
                room = f"room{off}"
                roster = write_document(self.host.directory / "roster.json", {}, {room: []})
                before = self.time_of_server()
                applied = subprocess.run(
                    ["faketime", "-f", off, *self.host.command("roster", "apply", roster)],
                    env=self.host.environment(),
                    capture_output=True,
                    text=True,
                )
                self.assertEqual(applied.returncode, DONE, applied.stderr)
                after = self.time_of_server()
                created = int(self.host.sql("select max(created) from task"))
                self.assertLessEqual(before, created)
                self.assertLessEqual(created, after)


if __name__ == "__main__":
    unittest.main(verbosity=2)
