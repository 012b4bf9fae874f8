"""What `commhost run` tells the service manager that started it, which a test plays here. No chat server is needed."""

import os
import signal
import socket
import unittest

from gated_rooms import GatedRooms
from school import write_document


class Managed(GatedRooms):
    def setUp(self):
        # In the abstract namespace, which is one of the two that systemd uses.
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind("")
        self.manager.settimeout(60)
        self.told: list[str] = []
        super().setUp()

    def variables(self) -> dict[str, str]:
        return {"NOTIFY_SOCKET": "@" + self.manager.getsockname()[1:].decode(), "WATCHDOG_USEC": "200000"}

    def wait_for(self, what: str) -> str:
        """The next that begins with this."""
        while True:
            told = self.manager.recv(4096).decode()
            self.told.append(told)
            if told.startswith(what):
                return told


class ServiceManager(Managed):
    def test_it_is_told_that_the_service_is_ready_is_alive_and_stops(self):
        self.wait_for("READY=1")
        self.wait_for("STATUS=0 workers, 0 rooms due")
        for _ in range(3):
            self.wait_for("WATCHDOG=1")
        gate = self.begin("room")
        self.wait_for("STATUS=1 workers")
        self.assertNotIn("STOPPING=1", self.told)
        self.supervisor.process.send_signal(signal.SIGTERM)
        self.wait_for("STOPPING=1")
        self.wait_for("WATCHDOG=1")  # while it waits for its worker
        os.close(gate)
        self.assertEqual(self.supervisor.wait().document["worker_crashes"], 0)
        self.assertEqual(sum(each == "READY=1" for each in self.told), 1)


class WithoutRequiredPlugin(Managed):
    def configuration(self) -> dict:
        return {"required_plugins": ["nowhere"]}

    def test_it_is_told_what_is_due_while_no_work_begins(self):
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"room": []}))
        self.wait_for("STATUS=0 workers, 1 rooms due, 1 providers")
        self.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
