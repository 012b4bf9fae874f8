"""What a plugin, or anybody who looks at its process, finds of the host's secrets: none. No chat server is needed."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from program import DONE, FAULTS, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
SECRETS = ("another-plugins-token", "the-schools-password")


class Surroundings(unittest.TestCase):
    def begin(self, plugin: str, **settings) -> None:
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / plugin
        shutil.copytree(FAULTS / plugin, folder)
        self.host.configure(
            plugin_roots=[str(folder.parent)], default_provider=plugin, settings={plugin: settings} if settings else {}
        )
        variables = self.host.environment() | {
            "COMMHOST_SETTING_MATRIX_ACCESS_TOKEN": SECRETS[0],
            "SCHOOL_PASSWORD": SECRETS[1],
            "MARKER_OF_NO_SECRET": "kept-from-nobody",
        }
        self.host.environment = lambda: variables
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"room": []}))

    def test_a_plugin_sees_no_variable_that_the_worker_does_not_need_and_no_core_file_is_written(self):
        self.begin("tells_surroundings")
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)
        self.assertIn("printed: variable PATH=", ended.err)
        self.assertIn("printed: cmdline /proc/self/exe ", ended.err)
        self.assertIn("printed: core 0", ended.err)
        for secret in (*SECRETS, "kept-from-nobody"):
            self.assertNotIn(secret, ended.err)

    def test_a_secret_that_is_named_by_its_variable_reaches_the_plugin_all_the_same(self):
        self.begin("tells_secrets", token="env:SCHOOL_PASSWORD")
        self.assertIn("the token *** as JSON", self.host.run_until_idle().err)

    def test_neither_the_words_nor_the_environment_of_a_running_worker_hold_a_secret(self):
        gates = Path(tempfile.mkdtemp(prefix="commhost-gates-"))
        self.addCleanup(shutil.rmtree, gates)
        os.mkfifo(gates / "room")
        self.begin("waits_at_gate", gates=str(gates), greeting="hello")
        location = f"sqlite:{self.host.directory}/state/commhost.db"
        command = self.host.command
        self.host.command = lambda *words: command("--database", location, *words)
        supervisor = self.host.start("--until-idle")
        self.addCleanup(supervisor.process.kill)
        gate = os.open(gates / "room", os.O_WRONLY)  # waits for the plugin to open its end
        (worker,) = supervisor.workers()
        words = Path(f"/proc/{worker}/cmdline").read_bytes().decode()
        environment = ""
        if os.geteuid() == 0:
            environment = Path(f"/proc/{worker}/environ").read_bytes().decode()
        else:
            with self.assertRaises(PermissionError):
                Path(f"/proc/{worker}/environ").read_bytes()
        os.close(gate)
        self.assertEqual(supervisor.wait().status, DONE)
        for secret in SECRETS:
            self.assertNotIn(secret, words + environment)
        self.assertNotIn(location, words + environment)  # of PostgreSQL, it may hold a password
        self.assertNotIn("COMMHOST_", environment)


if __name__ == "__main__":
    unittest.main(verbosity=2)
