"""What commands say of tasks when there are more than a few. No chat server is needed: the provider is switched off."""

import shutil
import time
import unittest
from types import SimpleNamespace

from program import FAULTS, PENDING, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
FAR = 4_102_444_800_000  # 2100-01-01T00:00:00Z


class ManyTasks(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / "good"
        shutil.copytree(FAULTS / "good", folder)
        self.host.configure(plugin_roots=[str(folder.parent)], default_provider="good")
        self.host.text("plugin", "disable", "good")

    def rooms(self, number: int) -> None:
        rooms = {f"room-{each}": [] for each in range(number)}
        self.host.apply(write_document(self.host.directory / "roster.json", {}, rooms))

    def test_a_list_shows_all_tasks_there_are(self):
        self.rooms(2001)
        tasks = self.host.json("task", "list").document["tasks"]
        self.assertEqual(len(tasks), 2001)
        self.assertEqual(len({each["id"] for each in tasks}), 2001)
        self.assertEqual(len(self.host.text("task", "list").out.splitlines()), 1 + 2001)

    def test_a_list_says_how_old_a_task_is(self):
        self.rooms(4)
        for task, (since, age) in enumerate({-3600: "0 s", 630: "10 min", 12_600: "3 h", 200_000: "2 d"}.items(), start=1):
            with self.subTest(age):
                # Far from the next unit, however slow the machine is. The first is dated by a clock that is ahead.
                self.host.sql(f"update task set created = {(time.time_ns() // 1_000_000) - since * 1000} where id = {task}")
                row = self.host.text("task", "list").out.splitlines()[task]
                self.assertIn(f" {age} ", row)

    def test_the_end_of_a_run_tells_apart_what_is_due_and_what_is_for_later(self):
        self.rooms(5)
        self.host.sql(f"update task set due = {FAR} where id in (select id from task order by id limit 2)")
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, PENDING)
        self.assertEqual((ended.document["tasks_overdue"], ended.document["tasks_later"]), (3, 2))
        text = self.host.text("run", "--until-idle").out
        self.assertIn("3 tasks could not be done yet", text)
        self.assertIn("2 tasks are for later, the next one for 2100-01-01T00:00:00Z", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
