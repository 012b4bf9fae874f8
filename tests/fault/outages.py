"""The chat server cannot be reached for a while: all is done by itself when it is back. Or it is slow."""

import threading

from chat_line import Slow
from line import Line
from scenario import Scenario, as_measured, only_large


class Outages(Scenario):
    def setUp(self):
        super().setUp()
        address, _, port = self.chat.url.removeprefix("http://").rstrip("/").partition(":")
        self.cable = Line(address, int(port))
        self.addCleanup(self.cable.close)
        self.commhost = self.host(f"http://127.0.0.1:{self.cable.port}")
        self.apply(self.commhost)

    def mend_and_check(self, supervisor, seconds: int, when: str, moodle: str) -> None:
        threading.Event().wait(seconds)  # so long the fault lasts; nothing is expected to have happened by then
        self.cable.mend()
        self.wait_until_done(self.commhost)
        self.end(supervisor)
        self.check(self.commhost, f"no server for {seconds} s, {when}", 1, moodle)

    def cut_in_the_middle(self, seconds: int, moodle: str) -> None:
        self.cable.mend()
        start = self.chat.mark()
        supervisor = self.start(self.commhost)
        self.wait_for(lambda: sum(each.is_write for each in self.chat.processed(start)) >= 12, "twelve writes")
        self.cable.cut()
        self.mend_and_check(supervisor, seconds, "in the middle", moodle)

    @as_measured
    def test_one_in_the_middle(self):
        self.cut_in_the_middle(10, "138 s, then 1 teacher without level")

    @only_large
    def test_a_long_one(self):
        self.cut_in_the_middle(30, "not measured")

    @only_large
    def test_one_before_the_first_request(self):
        supervisor = self.start(self.commhost)
        self.wait_for(lambda: any(each["error"] for each in self.tasks(self.commhost)), "a task met the outage")
        self.mend_and_check(supervisor, 10, "from the beginning", "not measured")


class SlowServer(Scenario):
    def test_slow_server(self):
        self.provision("each answer a second late", "not measured", Slow(r".*", 1.0))
