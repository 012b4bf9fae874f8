"""Rooms that are deleted on their server, at once or after a while. No chat server is needed."""

import shutil
import unittest
from types import SimpleNamespace

from program import DONE, FAULTS, Commhost, said
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")


class PurgedRooms(unittest.TestCase):
    def begin(self, plugin: str) -> str:
        """A room that is not in use any more; its number."""
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / plugin
        shutil.copytree(FAULTS / plugin, folder)
        self.host.configure(plugin_roots=[str(folder.parent)], default_provider=plugin)
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"room": []}))
        self.assertEqual(self.host.run_until_idle().status, DONE)
        number = str(self.host.rooms()["room"]["id"])
        self.host.json("room", "switch", "room", "none", "--yes")
        self.assertEqual(self.host.run_until_idle().status, DONE)
        return number

    def rooms(self) -> list[dict]:
        return self.host.json("room", "list", "--all").document["rooms"]

    def test_a_room_that_is_gone_at_once_leaves_nothing_behind(self):
        number = self.begin("good")
        self.host.json("room", "purge", number, "--yes")
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual(self.rooms(), [])

    def test_a_server_that_takes_its_time_is_asked_again(self):
        number = self.begin("deletes_slowly")
        self.host.json("room", "purge", number, "--yes")
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)
        self.assertRegex(ended.err, said("ROOM_NOT_GONE"))
        self.assertEqual(self.rooms(), [])

    def test_a_class_that_came_back_meanwhile_gets_a_new_room(self):
        number = self.begin("deletes_slowly")
        self.host.json("room", "purge", number, "--yes")
        self.host.json("room", "switch", "room", "deletes_slowly")
        self.assertEqual([(each["state"], str(each["id"])) for each in self.rooms()], [("deleting", number)])
        self.assertEqual(self.host.run_until_idle().status, DONE)
        (room,) = self.rooms()
        self.assertEqual(room["state"], "ready")
        self.assertNotEqual(str(room["id"]), number)


if __name__ == "__main__":
    unittest.main(verbosity=2)
