"""One person whose account the server never makes: that person waits with a reason, and nobody else does."""

from chat_line import CREATE_ACCOUNT, Broken
from program import PENDING
from scenario import Scenario, as_measured


class OnePerson(Scenario):
    def setUp(self):
        super().setUp()
        self.person = self.roster.people[3]
        for seats in self.roster.rooms.values():
            seats[self.person] = "student"  # wanted by all the rooms that are made at the same time
        self.account = self.chat.account(self.person)

    @as_measured
    def test_one_who_cannot_be_made(self):
        line = self.line(Broken(CREATE_ACCOUNT, self.account))
        host = self.host(line.url)
        self.apply(host)
        ended = self.start(host, "--until-idle").wait()
        self.end_clock()
        self.assertEqual((ended.status, ended.document["tasks_failed"]), (PENDING, 0), ended)
        moodle = "34 h of tries, then given up: 205 lost, 200 of them others"
        self.check(host, "500 for one person, lasting", line.injected, moodle, frozenset({self.account}))
        for room, listed in host.rooms().items():
            with self.subTest(room):
                self.assertEqual(listed["state"], "degraded")
                members = host.json("room", "show", room).document["members"]
                waiting = {each["user"]: each["reason"] for each in members if each["state"] == "waiting"}
                self.assertEqual(list(waiting), [self.person])
                self.assertIn("500", waiting[self.person])

    @as_measured
    def test_one_who_can_be_made_again(self):
        line = self.line(Broken(CREATE_ACCOUNT, self.account))
        host = self.host(line.url)
        self.apply(host)
        supervisor = self.start(host)
        self.wait_for(lambda: {each["state"] for each in host.rooms().values()} == {"degraded"}, "all others are in")
        injected = line.injected
        line.faults = ()
        self.begin_clock()
        for task in self.tasks(host):  # by itself this is done after five minutes
            host.json("task", "retry", task["id"])
        self.wait_until_done(host)
        self.end(supervisor)
        moodle = "60 s by itself, then 1 teacher without level"
        self.check(host, "500 for one person, mended, tried again by hand", injected, moodle)
