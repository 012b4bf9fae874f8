"""A running supervisor sees that a plugin or its settings changed: the old worker finishes its room, another one begins.

No chat server is needed.
"""

import unittest

from chat_server import wait_until
from gated_rooms import GatedRooms


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


if __name__ == "__main__":
    unittest.main(verbosity=2)
