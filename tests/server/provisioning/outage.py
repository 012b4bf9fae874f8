"""A chat server that is away for a while: its tasks wait for it, and one at a time goes and sees."""

import signal
import tempfile
import unittest
from pathlib import Path

from chat_server import ChatServer, wait_until
from line import Line
from program import DONE, PENDING, Commhost
from school import School, found

CLASSES = ["class-mat-1", "class-phy-1", "class-che-1", "class-bio-1"]


class Outage(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        address = self.chat.url.removeprefix("http://").partition(":")
        self.line = Line(address[0], int(address[2].rstrip("/")))
        self.addCleanup(self.line.close)
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        self.host.configure(matrix={"homeserver_url": f"http://127.0.0.1:{self.line.port}"}, rooms_at_once=1)

    def apply(self, classes: list[str]) -> None:
        self.school = School(Path(tempfile.mkdtemp(dir=self.host.directory)) / "school", classes, most=8)
        self.host.apply(self.school.folder)

    def tasks(self) -> list[dict]:
        return self.host.json("task", "list").document["tasks"]

    def check_end_state(self):
        self.assertEqual(found(self.chat, self.host), self.school.wanted(self.chat))
        self.assertEqual({each["state"] for each in self.host.rooms().values()}, {"ready"})
        self.assertEqual(self.tasks(), [])

    def test_a_server_that_is_away_is_not_asked_by_every_task(self):
        self.apply([row["sourcedId"] for row in School(self.host.directory / "all").classes()])
        rooms = len(self.tasks())
        self.assertGreater(rooms, 10)
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, PENDING, ended)
        (waits,) = ended.document["providers_unavailable"]
        self.assertIn("is asked again from time to time", waits["reason"])
        self.assertIn("WORKER_WAITS", ended.err)
        tasks = self.tasks()
        self.assertEqual((len(tasks), {each["attempts"] for each in tasks}), (rooms, {0}))
        tried = [each for each in tasks if each["error"]]
        self.assertIn(len(tried), range(3, 8))  # three opened the circuit, the others went and saw

    def test_it_goes_on_by_itself_when_the_server_is_back(self):
        self.apply(CLASSES)
        going_on = self.host.start()
        wait_until(lambda: len([each for each in self.tasks() if each["error"]]) >= 3, "three tasks met the outage")
        self.line.mend()
        wait_until(lambda: not self.tasks(), "all is done")
        ended = going_on.end_with(signal.SIGTERM)
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 0), ended)
        self.check_end_state()

    def test_a_server_that_goes_away_in_the_middle_of_it_costs_no_task_an_attempt(self):
        self.apply(CLASSES)
        self.line.mend()
        start = self.chat.mark()
        going_on = self.host.start()
        wait_until(lambda: sum(each.is_write for each in self.chat.processed(start)) >= 12, "twelve writes")
        self.line.cut()
        left = self.tasks()
        wait_until(lambda: any(each["error"] for each in self.tasks()), "a task met the outage")
        self.assertEqual({each["attempts"] for each in self.tasks()}, {0})
        self.assertTrue(left)
        self.line.mend()
        wait_until(lambda: not self.tasks(), "all is done")
        ended = going_on.end_with(signal.SIGTERM)
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 0), ended)
        self.check_end_state()

    def test_who_mends_a_setting_does_not_wait(self):
        self.host.configure(settings={}, rooms_at_once=1)
        for name, value in (("homeserver_url", "http://127.0.0.1:1"), ("server_name", self.chat.name)):
            self.assertEqual(self.host.text("settings", "set", "matrix", name, value).status, DONE)
        token = self.host.directory / "token"
        self.assertEqual(self.host.text("settings", "set", "matrix", "access_token", "--from-file", token).status, DONE)
        self.apply(CLASSES)
        self.assertEqual(self.host.run_until_idle().status, PENDING)
        self.host.sql("update task_circuit set until = 4102444800000")  # 2100-01-01T00:00:00Z
        self.assertEqual(self.host.text("settings", "set", "matrix", "homeserver_url", self.chat.url).status, DONE)
        self.host.sql("update task set due = 0 where id = (select min(id) from task)")
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.check_end_state()


if __name__ == "__main__":
    unittest.main(verbosity=2)
