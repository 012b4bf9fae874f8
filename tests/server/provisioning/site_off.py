"""Rooms that are switched off while a worker is in the middle of one: its task is put back, and done when they are on again."""

import os
import unittest

from chat_server import wait_until
from gated_rooms import GatedRooms
from program import DONE


class SiteOff(GatedRooms):
    def site(self, *words) -> None:
        self.assertEqual(self.host.text("site", *words).status, DONE)

    def check_put_back(self) -> None:
        """The worker has left the only task there is, with nothing held against it."""
        wait_until(lambda: [each["state"] for each in self.tasks()] != ["running"], "the worker has left its task")
        (task,) = self.tasks()
        nothing = {"state": "queued", "attempts": 0, "tries": 0, "crashes": 0, "error_code": None}
        self.assertEqual({key: task[key] for key in nothing}, nothing)

    def switch_on(self) -> None:
        self.site("on")
        wait_until(lambda: self.tasks() == [], "what waited is done")
        self.stop()

    def people(self) -> dict[str, str]:
        return {each["user"]: each["state"] for each in self.host.json("room", "show", "room").document["members"]}

    def state(self) -> str:
        (room,) = self.host.json("room", "list", "--all").document["rooms"]
        return room["state"]

    def test_who_was_still_to_come_comes_when_rooms_are_on_again(self):
        gate = self.begin("room", "ada")
        self.site("off")
        os.close(gate)
        self.check_put_back()
        self.assertNotEqual(self.people()["ada"], "in the room")
        self.switch_on()
        self.assertEqual(self.people(), {"ada": "in the room"})

    def test_a_room_without_people_is_looked_at_once_more(self):
        gate = self.begin("room")
        self.site("off")
        os.close(gate)
        self.check_put_back()
        self.switch_on()
        self.assertEqual(self.state(), "ready")

    def test_a_room_that_was_to_be_closed_is_closed_when_rooms_are_on_again(self):
        self.end("room", self.begin("room"))
        self.assertEqual(self.host.text("room", "rules", "room", "--ended", "archive").status, DONE)
        self.rooms.clear()
        self.apply()
        wait_until(lambda: self.state() == "dormant", "the room is dormant")
        wait_until(lambda: [each["state"] for each in self.tasks()] == ["queued"], "its end is a task for later")
        self.host.sql("update communication set archived_at = 1")  # its time has come long ago
        gate = self.look_after("room", lambda: self.host.sql("update task set due = 0"))
        self.site("off")
        os.close(gate)
        self.check_put_back()
        self.assertEqual(self.state(), "dormant")
        self.switch_on()
        self.assertEqual(self.state(), "archived")


if __name__ == "__main__":
    unittest.main(verbosity=2)
