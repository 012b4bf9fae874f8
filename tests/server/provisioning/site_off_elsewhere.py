"""Rooms that another host of the same PostgreSQL has switched off."""

import os
import unittest

from chat_server import wait_until
from gated_rooms import NO_CHAT, GatedRooms
from program import DONE, PENDING, Commhost


class SiteOffElsewhere(GatedRooms):
    def setUp(self):
        super().setUp()
        self.other = Commhost(NO_CHAT, **self.shared())
        self.addCleanup(self.other.remove)

    def shared(self) -> dict:
        """What the other host's configuration has of this one's."""
        return self.host.configured("database", "plugin_roots", "default_provider", "settings")

    def off(self, host: Commhost) -> str | None:
        found = host.json("site", "show").document["off"]
        return found and found["reason"]

    def test_neither_host_touches_a_room_until_one_of_them_has_switched_them_on(self):
        gate = self.begin("room", "ada")
        self.assertEqual(self.other.text("site", "off", "--reason", "moving house").status, DONE)
        self.assertEqual([self.off(each) for each in (self.host, self.other)], ["moving house"] * 2)
        os.close(gate)
        wait_until(lambda: [each["state"] for each in self.tasks()] != ["running"], "the worker has left its task")
        self.assertEqual(self.other.run_until_idle().status, PENDING)
        (task,) = self.tasks()
        self.assertEqual((task["state"], task["tries"]), ("queued", 0))
        self.assertEqual(self.host.text("site", "on").status, DONE)
        self.assertEqual([self.off(each) for each in (self.host, self.other)], [None] * 2)
        wait_until(lambda: self.host.rooms()["room"]["state"] == "ready", "the room is ready")
        self.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
