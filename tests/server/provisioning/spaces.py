"""The space of a site, by the command line on a real Synapse: several rooms and workers at once, and what a second run costs."""

import json
import unittest
import urllib.parse

from chat_server import ChatServer, counted
from program import DONE, Commhost

ROOMS = 12
READ = "GET /_matrix/client/v3/rooms/ROOM/state"


class Spaces(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        self.host = Commhost(self.chat, workers={"most": 2}, matrix={"space": "School"})
        self.addCleanup(self.host.remove)
        self.people = [f"pupil-{number}" for number in range(ROOMS)]
        roster = self.host.directory / "roster.json"
        roster.write_text(
            json.dumps(
                {
                    "format": "commhost-roster",
                    "version": 1,
                    "scope": "full",
                    "component": "school",
                    "users": [{"id": each, "username": each} for each in self.people],
                    "instances": [{"id": f"class-{number}", "name": f"Class {number}"} for number in range(ROOMS)],
                    "memberships": [
                        {"instance": f"class-{number}", "user": each, "role": "student"}
                        for number in range(ROOMS)
                        for each in (self.people[number], self.people[(number + 1) % ROOMS])
                    ],
                }
            )
        )
        self.host.apply(roster)

    def carry_out(self):
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)

    def state(self, room: str, kind: str) -> dict:
        """Of the events of this kind those that say something, by state key."""
        path = f"/_synapse/admin/v1/rooms/{urllib.parse.quote(room, safe='')}/state"
        return {
            each["state_key"]: each["content"] for each in self.chat.get(path)["state"] if each["type"] == kind and each["content"]
        }

    def spaces(self) -> list[str]:
        return [
            each for each in self.chat.room_ids() if self.state(each, "m.room.create")[""].get("type") == "m.space"
        ]

    def test_many_rooms_at_once_are_listed_in_one_space_and_taken_out_of_it_again(self):
        self.carry_out()
        (space,) = self.spaces()
        rooms = {self.host.room_id(f"class-{number}") for number in range(ROOMS)}
        self.assertEqual(set(self.state(space, "m.space.child")), rooms)
        for room in rooms:
            self.assertEqual(set(self.state(room, "m.space.parent")), {space})
        self.assertEqual(
            self.chat.room(space).members, frozenset({self.chat.admin, *map(self.chat.account, self.people)})
        )
        self.host.text("room", "sync", "--all")
        mark = self.chat.mark()
        self.carry_out()
        again = self.chat.since(mark)
        self.assertEqual([each for each in again if each.is_write], [])
        self.assertEqual(counted(again)[READ], ROOMS)

        self.host.configure(workers={"most": 2})
        self.host.text("room", "sync", "--all")
        self.carry_out()
        self.assertEqual(self.spaces(), [space])
        self.assertEqual(self.state(space, "m.space.child"), {})
        for room in rooms:
            self.assertEqual(self.state(room, "m.space.parent"), {})


if __name__ == "__main__":
    unittest.main()
