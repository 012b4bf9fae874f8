"""The whole life of one course by the command line, each step looked at from Synapse's side."""

import json
import unittest
import urllib.error
import urllib.parse
import urllib.request

from chat_server import ChatServer, wait_until
from program import DONE, Commhost

MODERATOR, OWNER = 51, 90


class Life(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        self.prefix = self.id().rpartition(".")[2].replace("_", "-")  # so that no two tests have an account in common
        self.roster = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [{"id": each, "username": f"{self.prefix}-{each}"} for each in ("ada", "bob", "cyd", "dan")],
            "instances": [{"id": "physics", "name": "Physics", "topic": "Light"}, {"id": "music", "name": "Music"}],
            "memberships": [
                {"instance": "physics", "user": "ada", "role": "teacher"},
                {"instance": "physics", "user": "bob", "role": "student"},
                {"instance": "music", "user": "cyd", "role": "student"},
            ],
        }

    def done(self, *words) -> dict:
        ended = self.host.json(*words)
        self.assertEqual(ended.status, DONE, ended)
        return ended.document

    def carry_out(self):
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)

    def apply(self):
        file = self.host.directory / "roster.json"
        file.write_text(json.dumps(self.roster))
        self.host.apply(file)
        self.carry_out()

    def enrol(self, instance: str, **roles):
        """In the place of who was enrolled there."""
        others = [each for each in self.roster["memberships"] if each["instance"] != instance]
        self.roster["memberships"] = others + [{"instance": instance, "user": user, "role": role} for user, role in roles.items()]
        self.apply()

    def account(self, user: str) -> str:
        return self.chat.account(f"{self.prefix}-{user}")

    def post(self, path: str, body: dict) -> None:
        request = urllib.request.Request(
            self.chat.url + path, json.dumps(body).encode(), {"Authorization": f"Bearer {self.chat.token}"}, method="POST"
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60):
                pass
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{path}: {refused.code} {refused.read().decode()}") from refused

    def join_by_hand(self, room: str, account: str) -> None:
        self.post(f"/_synapse/admin/v1/join/{urllib.parse.quote(room, safe='')}", {"user_id": account})

    def levels(self, room: str) -> dict:
        """What a room's m.room.power_levels says."""
        state = self.chat.get(f"/_synapse/admin/v1/rooms/{urllib.parse.quote(room, safe='')}/state")["state"]
        (levels,) = (each["content"] for each in state if each["type"] == "m.room.power_levels")
        return levels

    def check_members(self, room: str, *users: str) -> None:
        self.assertEqual(self.chat.room(room).members, {self.chat.admin, *map(self.account, users)})

    def test_from_its_beginning_to_its_end(self):
        self.apply()
        physics = self.host.room_id("physics")
        self.check_members(physics, "ada", "bob")
        self.assertEqual(self.chat.room(physics).levels[self.account("ada")], MODERATOR)

        with self.subTest("renamed, and somebody has another role"):
            self.roster["instances"][0]["name"] = "Physics 8"
            self.enrol("physics", ada="administrator", bob="student")
            self.assertEqual(self.chat.room(physics).name, "Physics 8")
            self.assertEqual(self.chat.room(physics).levels[self.account("ada")], OWNER)

        with self.subTest("members come and go"):
            self.enrol("physics", ada="teacher", cyd="student")
            self.check_members(physics, "ada", "cyd")

        with self.subTest("hidden, and shown again"):
            self.roster["instances"][0]["status"] = "hidden"
            self.apply()
            self.check_members(physics)
            self.roster["instances"][0]["status"] = "active"
            self.apply()
            self.check_members(physics, "ada", "cyd")

        with self.subTest("frozen: the roster changes and the room does not"):
            self.done("room", "freeze", "physics", "--reason", "exam")
            self.enrol("physics", bob="student")
            self.check_members(physics, "ada", "cyd")
            self.done("room", "thaw", "physics")
            self.carry_out()
            self.check_members(physics, "bob")

        with self.subTest("without a provider, and back in its own room"):
            self.done("room", "switch", "physics", "none", "--yes")
            self.carry_out()
            self.check_members(physics)
            self.done("room", "switch", "physics", "matrix")
            self.carry_out()
            self.assertEqual(self.host.room_id("physics"), physics)
            self.check_members(physics, "bob")

        with self.subTest("somebody put in by hand on the server: taken out, or adopted"):
            self.join_by_hand(physics, self.account("cyd"))
            self.done("room", "sync", "physics")
            self.carry_out()
            self.check_members(physics, "bob")
            self.done("room", "rules", "physics", "--unlisted", "adopt")
            self.join_by_hand(physics, self.account("cyd"))
            self.done("room", "sync", "physics")
            self.carry_out()
            self.check_members(physics, "bob", "cyd")
            members = {each["user"]: each["state"] for each in self.done("room", "show", "physics")["members"]}
            self.assertEqual(members, {"bob": "in the room", "cyd": "in the room"})

        with self.subTest("and taken out by hand: a member no more"):
            self.chat.kick(physics, self.account("cyd"))
            self.done("room", "sync", "physics")
            self.carry_out()
            self.check_members(physics, "bob")

        with self.subTest("a member by hand, whatever the roster says"):
            self.done("room", "add", "physics", "dan", "--role", "moderator")
            self.carry_out()
            self.apply()
            self.check_members(physics, "bob", "dan")
            self.done("room", "remove", "physics", "dan")
            self.carry_out()
            self.check_members(physics, "bob")

        with self.subTest("ended: everybody leaves, and its time later it is deleted on the server"):
            del self.roster["instances"][0]
            self.roster["memberships"] = [each for each in self.roster["memberships"] if each["instance"] != "physics"]
            self.done("room", "rules", "physics", "--ended", "purge")
            self.apply()
            self.check_members(physics)
            self.host.sql("update communication set ended_at = 0 where active = 0")  # long ago
            self.host.sql("update task set due = 0")
            self.carry_out()
            wait_until(lambda: physics not in self.chat.room_ids(), "Synapse has deleted the room")
            self.assertEqual([each["instance"] for each in self.done("room", "list", "--all")["rooms"]], ["school/course/music"])

        with self.subTest("and it comes back with a room of its own"):
            self.roster["instances"].append({"id": "physics", "name": "Physics 9"})
            self.enrol("physics", ada="teacher")
            again = self.host.room_id("physics")
            self.assertNotEqual(again, physics)
            self.check_members(again, "ada")

    def test_an_account_that_is_exempt_is_not_touched(self):
        self.host.configure(members={"exempt": [self.account("dan")]})
        self.enrol("music", cyd="student", dan="student")
        music = self.host.room_id("music")
        with self.subTest("the roster lets go"):
            self.enrol("music", cyd="student")
            self.check_members(music, "cyd", "dan")
        with self.subTest("nobody knows who it is any more"):
            self.host.sql("delete from communication_account where account like '%dan%'")
            self.done("room", "sync", "music")
            self.carry_out()
            self.check_members(music, "cyd", "dan")

    def test_a_room_that_cannot_be_reached_is_given_up(self):
        self.apply()
        number = str(self.host.rooms()["music"]["id"])
        music = self.host.room_id("music")
        self.done("room", "switch", "music", "none", "--yes")
        self.carry_out()
        with self.chat.stopped():
            self.done("room", "purge", number, "--yes")
            self.host.run_until_idle()
            self.assertEqual(self.done("room", "show", number)["state"], "dormant, deleting")
            self.assertIsNotNone(self.done("room", "show", number)["last_error"])
            self.done("room", "forget", number, "--yes")
            self.assertEqual(self.done("task", "list")["tasks"], [])
        self.carry_out()
        self.assertIn(music, self.chat.room_ids())
        self.assertNotIn("music", {each["instance"].rpartition("/")[2] for each in self.done("room", "list", "--all")["rooms"]})

    def test_a_course_that_has_ended_is_archived_and_opened_again_when_it_is_back(self):
        self.apply()
        physics = self.host.room_id("physics")
        before = self.levels(physics)
        self.done("room", "rules", "physics", "--ended", "archive")
        whole = json.loads(json.dumps(self.roster))

        with self.subTest("ended: its people stay, and as yet nothing else has changed"):
            del self.roster["instances"][0]
            self.roster["memberships"] = [each for each in self.roster["memberships"] if each["instance"] != "physics"]
            self.apply()
            self.check_members(physics, "ada", "bob")
            self.assertEqual(self.chat.room(physics).name, "Physics")

        with self.subTest("its time later it has another name, nobody writes in it, and its people read it"):
            self.host.sql("update communication set ended_at = 0 where active = 0")  # long ago
            self.host.sql("update task set due = 0")
            self.carry_out()
            self.check_members(physics, "ada", "bob")
            self.assertRegex(self.chat.room(physics).name, r"^Physics \(archived 20\d\d\)$")
            levels = self.levels(physics)
            self.assertGreater(levels["events_default"], OWNER)
            states = {each["instance"].rpartition("/")[2]: each["state"] for each in self.done("room", "list", "--all")["rooms"]}
            self.assertEqual(states, {"physics": "archived", "music": "ready"})
            shown = self.done("room", "show", "physics")["members"]
            self.assertEqual({each["user"]: each["state"] for each in shown}, {"ada": "in the room", "bob": "in the room"})

        with self.subTest("back: the same room, with its name and its rights"):
            self.roster = whole
            self.apply()
            self.assertEqual(self.host.room_id("physics"), physics)
            self.check_members(physics, "ada", "bob")
            self.assertEqual(self.chat.room(physics).name, "Physics")
            self.assertEqual(self.levels(physics), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
