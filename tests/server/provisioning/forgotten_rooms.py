"""Rooms that are forgotten (`room forget`): nothing waits for them any more. No chat server is needed."""

import os
import unittest

from chat_server import wait_until
from gated_rooms import GatedRooms
from program import DONE


class ForgottenRooms(GatedRooms):
    def begin_to_close(self) -> tuple[str, int]:
        """A room that is not in use any more and at which a worker is; its number and its gate."""
        room = self.end("room", self.begin("room"))
        return str(room["id"]), self.look_after("room", lambda: self.done("switch", "room", "none", "--yes"))

    def done(self, *words: str) -> None:
        self.assertEqual(self.host.text("room", *words).status, DONE)

    def forget(self, room: str) -> None:
        self.done("forget", room, "--yes")

    def check_nothing_is_left(self) -> None:
        wait_until(lambda: self.tasks() == [], "nothing waits for the room")
        self.assertEqual(self.host.json("room", "list", "--all").document["rooms"], [])
        self.stop()

    def test_a_room_whose_server_wants_to_be_asked_tomorrow(self):
        number, gate = self.begin_to_close()
        os.write(gate, b"wait\n")
        os.close(gate)
        wait_until(lambda: [each["state"] for each in self.tasks()] == ["waiting"], "the room waits")
        self.forget(number)
        self.assertEqual(self.tasks(), [])
        self.check_nothing_is_left()

    def test_a_room_that_is_forgotten_while_its_server_is_about_to_say_so(self):
        number, gate = self.begin_to_close()
        self.forget(number)
        os.write(gate, b"wait\n")
        os.close(gate)
        self.check_nothing_is_left()

    def test_a_room_that_is_forgotten_while_all_goes_well(self):
        number, gate = self.begin_to_close()
        self.forget(number)
        os.close(gate)
        self.check_nothing_is_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
