"""A password of the database that stands in the environment (PGPASSWORD) serves workers too, whose environment is emptied before
they run a plugin, and the plugin does not see it. On a throw-away PostgreSQL that wants it; no chat server is needed.
"""

import errno
import os
import shutil
import subprocess
import tempfile
import unittest
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlsplit

from chat_server import wait_until
from program import DONE, FAILED, FAULTS, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
SERVER = os.environ["COMMHOST_TEST_POSTGRESQL"]
PASSWORD = "the password & more"  # which a URL would not take as it is


def as_superuser(*statements: str) -> str:
    words = [word for statement in statements for word in ("--command", statement)]
    return subprocess.run(
        ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", SERVER, *words],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


class DatabasePassword(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        as_superuser(f"create role school login password '{PASSWORD}'")
        rules = as_superuser("show hba_file")
        with open(rules) as file:
            others = file.read()
        with open(rules, "w") as file:
            file.write("local all school scram-sha-256\n" + others)
        as_superuser("select pg_reload_conf()")

    def begin(self, plugin: str, rooms: list[str], **settings) -> None:
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / plugin
        shutil.copytree(FAULTS / plugin, folder)
        database = self._testMethodName[:60]  # one of its own; PostgreSQL's names have 63 bytes at most
        as_superuser(f"create database {database} owner school")
        socket_folder = parse_qs(urlsplit(SERVER).query)["host"][0]
        self.host.configure(
            database=f"postgresql:///{database}?host={quote(socket_folder, safe='')}&user=school",
            plugin_roots=[str(folder.parent)],
            default_provider=plugin,
            settings={plugin: settings} if settings else {},
        )
        self.without = self.host.environment()
        self.host.environment = lambda: self.without | {"PGPASSWORD": PASSWORD}
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {each: [] for each in rooms}))

    def test_rooms_are_made_side_by_side_with_connections_that_workers_make_later(self):
        gates = self.gates()
        rooms = ["one", "two", "three", "four"]
        for room in rooms:
            os.mkfifo(f"{gates}/{room}")
        self.begin("waits_at_gate", rooms, gates=gates, greeting="hello")
        supervisor = self.host.start("--until-idle")
        self.addCleanup(supervisor.process.kill)
        opened = [wait_until(lambda: self.opened(f"{gates}/{room}"), f"{room} has begun", 60) for room in rooms]
        for gate in opened:
            os.close(gate)
        ended = supervisor.wait()
        self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": len(rooms)}), ended)

    @staticmethod
    def opened(gate: str) -> int | None:
        """Its descriptor, once the plugin has opened its end."""
        try:
            return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as nobody:
            if nobody.errno != errno.ENXIO:
                raise
            return None

    def gates(self) -> str:
        folder = tempfile.mkdtemp(prefix="commhost-gates-")
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def test_a_plugin_does_not_see_it(self):
        self.begin("tells_surroundings", ["room"])
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)
        self.assertIn("printed: variable PATH=", ended.err)
        self.assertNotIn(PASSWORD, ended.err)
        self.assertNotIn("PGPASSWORD", ended.err)

    def test_without_it_the_database_lets_nobody_in(self):
        self.begin("tells_surroundings", [])
        self.host.environment = lambda: self.without
        ended = self.host.json("room", "list")
        self.assertEqual((ended.status, ended.document["error"]["code"]), (FAILED, "STORE_OPEN"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
