"""A course of which each group has a room, looked at from Synapse's side: turned on, groups and members that come and go, turned off."""

import json
import unittest

from chat_server import ChatServer
from program import DONE, Commhost

MODERATOR = 51


class GroupRooms(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        self.course = {
            "id": "physics",
            "name": "Physics",
            "groups": [{"id": "red", "name": "Red"}, {"id": "blue", "name": "Blue"}],
        }
        self.members = {
            "physics": {"ada": "teacher", "bob": "student", "cyd": "student"},
            "red": {"bob": "student"},
            "blue": {"cyd": "student"},
        }

    def done(self, *words) -> dict:
        ended = self.host.json(*words)
        self.assertEqual(ended.status, DONE, ended)
        return ended.document

    def carry_out(self):
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)

    def apply(self):
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [{"id": each, "username": f"groups-{each}"} for each in ("ada", "bob", "cyd", "dan")],
            "instances": [self.course],
            "memberships": [
                {"type": "course" if where == "physics" else "group", "instance": where, "user": user, "role": role}
                for where, people in self.members.items()
                for user, role in people.items()
            ],
        }
        file = self.host.directory / "roster.json"
        file.write_text(json.dumps(document))
        self.host.apply(file)
        self.carry_out()

    def account(self, user: str) -> str:
        return self.chat.account(f"groups-{user}")

    def check_members(self, room: str, *users: str) -> None:
        self.assertEqual(self.chat.room(room).members, {self.chat.admin, *map(self.account, users)})

    def test_groups_have_the_rooms(self):
        self.apply()
        physics, red = self.host.room_id("physics"), self.host.room_id("red")
        self.check_members(physics, "ada", "bob", "cyd")
        self.check_members(red, "bob")

        with self.subTest("turned on: the course's room is emptied, and the teacher is in that of each group"):
            self.course["group_rooms"] = True
            self.apply()
            self.assertEqual(set(self.host.rooms()), {"red", "blue"})
            blue = self.host.room_id("blue")
            self.check_members(physics)
            self.check_members(red, "ada", "bob")
            self.check_members(blue, "ada", "cyd")
            self.assertEqual(self.chat.room(red).name, "Physics: Red")
            self.assertEqual(self.chat.room(red).levels[self.account("ada")], MODERATOR)
            told = self.done("room", "explain", "red", "ada")
            self.assertEqual([each["word"] for each in told["findings"]], ["in_all_groups"])
            self.assertIn("by right of all groups of Physics", told["text"])

        with self.subTest("a second run changes nothing"):
            self.done("room", "sync", "--all")
            self.carry_out()
            self.check_members(red, "ada", "bob")

        with self.subTest("a member of a group comes, another goes, and the group is renamed"):
            self.members["physics"]["dan"] = "student"
            self.members["red"] = {"dan": "student"}
            self.course["groups"][0]["name"] = "Crimson"
            self.apply()
            self.check_members(red, "ada", "dan")
            self.assertEqual(self.chat.room(red).name, "Physics: Crimson")

        with self.subTest("a group appears, and one is gone"):
            self.course["groups"][1] = {"id": "green", "name": "Green"}
            del self.members["blue"]
            self.apply()
            self.check_members(blue)
            self.check_members(self.host.room_id("green"), "ada")

        with self.subTest("who teaches no more is in the room of their group alone"):
            self.members["physics"]["ada"] = "student"
            self.apply()
            self.check_members(red, "dan")

        with self.subTest("turned off by hand: everybody is in the course's own room again, which is the one of before"):
            self.done("room", "groups", "physics", "off")
            self.carry_out()
            self.assertEqual(self.host.room_id("physics"), physics)
            self.check_members(physics, "ada", "bob", "cyd", "dan")
            self.assertEqual(self.chat.room(red).name, "Crimson")


if __name__ == "__main__":
    unittest.main(verbosity=2)
