"""What the chat server refuses, or cannot do now: who it concerns waits with the reason, all others are done."""

import unittest

from chat_server import ChatServer
from program import DONE, FAILED, PENDING, Commhost
from school import found, write_document


class Refusals(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chat = ChatServer()

    def setUp(self):
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)

    def apply(self, users, rooms):
        return self.host.apply(write_document(self.host.directory / "roster.json", users, rooms))

    def members(self, *names) -> dict[str, int | None]:
        return {self.chat.admin: 100} | {self.chat.account(each): None for each in names}

    def test_a_person_whose_account_is_refused_waits_with_the_reason_and_all_others_are_in(self):
        self.apply(
            {
                "a": "first.one",
                "digits": "20231105",
                "long": "x" * 250,
                "mail": {"username": "bad.mail", "email": "nobody at all"},
                "b": "second.one",
            },
            {"mixed": ["a", "digits", "long", "mail", "b"]},
        )
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, PENDING, ended)
        self.assertEqual((ended.document["rooms"], ended.document["people_waiting"]), ({"degraded": 1}, 2))
        # Without an address: that of the roster is none.
        self.assertEqual(found(self.chat, self.host), {"mixed": self.members("first.one", "bad.mail", "second.one")})

        reasons = {
            "digits": "Numeric user IDs are reserved for guest users",
            "long": "User ID may not be longer than 255 characters",
        }
        shown = self.host.json("room", "show", "mixed").document
        text = self.host.text("room", "show", "mixed").out
        members = {each["user"]: each for each in shown["members"]}
        self.assertEqual({user for user, each in members.items() if each["state"] == "waiting"}, set(reasons))
        for user, reason in reasons.items():
            with self.subTest(user):
                self.assertIn(reason, members[user]["reason"])
                self.assertEqual(members[user]["attempts"], 1)
                self.assertTrue(
                    any(members[user]["username"] in line and reason in line for line in text.splitlines()), text
                )
        listed = self.host.rooms()["mixed"]
        self.assertEqual((listed["members_wanted"], listed["members_synced"], listed["members_waiting"]), (5, 3, 2))

    def test_a_person_who_waited_is_in_once_the_roster_is_mended(self):
        self.apply({"a": "third.one", "digits": "20231106"}, {"mended": ["a", "digits"]})
        self.assertEqual(self.host.run_until_idle().status, PENDING)
        self.apply({"a": "third.one", "digits": "s20231106"}, {"mended": ["a", "digits"]})
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": 1}), ended)
        self.assertEqual(found(self.chat, self.host), {"mended": self.members("third.one", "s20231106")})

    def test_rooms_wait_for_a_server_that_is_down_and_are_done_when_it_is_back(self):
        with self.chat.stopped():
            self.apply({"a": "outage.one", "b": "outage.two"}, {"down-1": ["a", "b"], "down-2": ["a"]})
            ended = self.host.run_until_idle()
            self.assertEqual(ended.status, PENDING, ended)
            self.assertEqual(ended.document["tasks_failed"], 0)
            for instance, room in self.host.rooms().items():
                with self.subTest(instance):
                    self.assertIn(room["state"], ("pending", "failed"))
                    self.assertIn("(unavailable)", room["last_error"])
                    self.assertIn("127.0.0.1", room["last_error"])
                    self.assertIn(room["last_error"], self.host.text("room", "show", instance).out)
            tasks = self.host.json("task", "list").document["tasks"]
            self.assertEqual([(each["attempts"], each["error_code"]) for each in tasks], [(0, "unavailable")] * 2)

        for task in tasks:
            self.assertEqual(self.host.json("task", "retry", task["id"]).document["state"], "queued")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": 2}), ended)
        self.assertEqual(
            found(self.chat, self.host),
            {"down-1": self.members("outage.one", "outage.two"), "down-2": self.members("outage.one")},
        )
        self.assertEqual({each["last_error"] for each in self.host.rooms().values()}, {None})

    def test_a_server_that_goes_down_while_members_leave_removes_nobody_else(self):
        self.apply({"a": "absent.one", "b": "absent.two"}, {"kept": ["a", "b"]})
        self.assertEqual(self.host.run_until_idle().status, DONE)
        with self.chat.stopped():
            self.apply({"a": "absent.one", "b": "absent.two"}, {"kept": ["a"]})
            self.assertEqual(self.host.run_until_idle().status, PENDING)
        (task,) = self.host.json("task", "list").document["tasks"]
        self.host.json("task", "retry", task["id"])
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual(found(self.chat, self.host), {"kept": self.members("absent.one")})

    def test_a_wrong_token_is_called_unauthorised_and_the_right_one_completes_the_work(self):
        self.host.configure(token="syt_wrong")
        self.apply({"a": "token.one"}, {"locked": ["a"]})
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, PENDING, ended)
        room = self.host.rooms()["locked"]
        self.assertIn(room["state"], ("pending", "failed"))
        self.assertIn("(unauthorised)", room["last_error"])
        self.assertIn("M_UNKNOWN_TOKEN", room["last_error"])
        self.assertNotIn("syt_wrong", self.host.text("room", "show", "locked").out + ended.err)
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual((task["attempts"], task["error_code"]), (0, "unauthorised"))
        self.assertEqual(self.host.json("doctor", "matrix").status, FAILED)

        self.host.configure()
        self.host.json("task", "retry", task["id"])
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual(found(self.chat, self.host), {"locked": self.members("token.one")})


if __name__ == "__main__":
    unittest.main(verbosity=2)
