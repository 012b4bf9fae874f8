"""The chat server cannot be reached for ten seconds: all is done by itself when it is back."""

import threading

from line import Line
from scenario import Scenario

SECONDS = 10  # how long the fault lasts; nothing is expected to have happened by then


class Outages(Scenario):
    def setUp(self):
        super().setUp()
        address, _, port = self.chat.url.removeprefix("http://").rstrip("/").partition(":")
        self.cable = Line(address, int(port))
        self.addCleanup(self.cable.close)
        self.commhost = self.host(f"http://127.0.0.1:{self.cable.port}")
        self.apply(self.commhost)

    def mend_and_check(self, supervisor, fault: str, moodle: str) -> None:
        threading.Event().wait(SECONDS)
        self.cable.mend()
        self.wait_until_done(self.commhost)
        self.end(supervisor)
        self.check(self.commhost, fault, 1, moodle)

    def test_one_in_the_middle(self):
        self.cable.mend()
        start = self.chat.mark()
        supervisor = self.start(self.commhost)
        self.wait_for(lambda: sum(each.is_write for each in self.chat.processed(start)) >= 12, "twelve writes")
        self.cable.cut()
        self.mend_and_check(supervisor, "no server for 10 s, in the middle", "138 s, then 1 teacher without level")

    def test_one_before_the_first_request(self):
        supervisor = self.start(self.commhost)
        self.wait_for(lambda: any(each["error"] for each in self.tasks(self.commhost)), "a task met the outage")
        self.mend_and_check(supervisor, "no server for 10 s, from the beginning", "not measured")
