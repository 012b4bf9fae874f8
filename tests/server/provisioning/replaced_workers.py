"""A running supervisor sees that a plugin or its settings changed: the old worker finishes its room, another one begins.

No chat server is needed.
"""

import shutil
import unittest

from chat_server import wait_until
from gated_rooms import GatedRooms
from program import FAULTS
from school import write_document

GATE_LIBRARY = "libcommunication_waits_at_gate.so"


class ReplacedWorkers(GatedRooms):
    def replaced_after(self, change) -> None:
        """The rooms "before" and "after" the change are under way at the same time, in different workers."""
        before = self.begin("before")
        (old,) = self.supervisor.workers()
        change()
        after = self.begin("after")
        (new,) = (each for each in self.supervisor.workers() if each != old)
        self.assertIn(old, self.supervisor.workers())
        self.second = self.end("after", after)
        self.first = self.end("before", before)
        wait_until(lambda: self.supervisor.workers() == [new], "the old worker has ended, the new one has not")
        self.stop()

    def test_a_room_goes_on_with_the_old_settings_while_the_next_begins_with_the_new(self):
        self.replaced_after(lambda: self.set_and_wait("new"))
        self.assertEqual(self.first["url"], "https://chat.example.org/old")
        self.assertEqual(self.second["url"], "https://chat.example.org/new")

    def set_and_wait(self, greeting: str) -> None:
        self.set("greeting", greeting)
        self.wait_for_replacement()

    def test_a_new_release_of_the_plugin_takes_over(self):
        def upgrade():
            manifest = self.folder / "version.json"
            fresh = manifest.with_name("fresh")
            fresh.write_text(manifest.read_text().replace("2026112200", "2026112300"))
            fresh.replace(manifest)
            self.wait_for_replacement()

        self.replaced_after(upgrade)

    def test_a_newer_version_that_is_refused_has_the_room_finished_and_the_next_one_wait(self):
        """What a worker holds is what was checked, and goes on; the folder holds nothing that may begin."""
        before = self.begin("before")
        (old,) = self.supervisor.workers()
        sound = self.host.directory / "sound"
        bad = self.host.directory / "bad"
        shutil.copytree(self.folder, bad)
        shutil.copy(FAULTS / "crashes_on_load/libcommunication_crashes_on_load.so", bad / GATE_LIBRARY)
        manifest = bad / "version.json"
        manifest.write_text(manifest.read_text().replace("2026112200", "2026112300"))
        self.folder.rename(sound)
        bad.rename(self.folder)
        self.wait_for_replacement("WORKER_RETIRES")
        shown = self.host.json("plugin", "show", "waits_at_gate").document
        self.assertEqual([each["code"] for each in shown["problems"]], ["PLUGIN_PROBE_CRASHED"])
        self.assertEqual((shown["version"], shown["version_in_use"]), (2026112300, 2026112200))
        self.assertEqual(self.supervisor.workers(), [old])
        self.assertEqual(self.end("before", before)["url"], "https://chat.example.org/old")
        wait_until(lambda: not self.supervisor.workers(), "the old worker has ended")

        self.rooms["after"] = []
        self.host.apply(write_document(self.host.directory / "roster.json", {}, self.rooms))
        self.assertEqual(self.host.rooms()["after"]["state"], "pending")
        (task,) = (each for each in self.host.json("task", "list").document["tasks"] if each["state"] == "queued")
        self.assertEqual((task["attempts"], task["crashes"]), (0, 0))
        self.folder.rename(bad)
        sound.rename(self.folder)
        wait_until(lambda: self.host.rooms()["after"]["state"] == "ready", "the room that waited is made")
        self.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
