"""What a plugin says of its secrets reaches neither the database, nor the log, nor what a command prints.

No chat server is needed: the plugin fails everywhere.
"""

import os
import shutil
import subprocess
import unittest
import urllib.parse
from types import SimpleNamespace

from program import FAULTS, Commhost
from program import said as told
from school import write_document

TOKEN = 'tok "en"/of+the:school'
FORMS = [TOKEN, TOKEN.replace('"', '\\"'), urllib.parse.quote(TOKEN, safe=""), TOKEN[5:], TOKEN[:12]]
NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")


class BlankedSecrets(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        shutil.copytree(FAULTS / "tells_secrets", self.host.directory / "plugins" / "tells_secrets")
        self.variables = self.host.environment()
        self.host.environment = lambda: self.variables

    def token_in(self, reference: str) -> None:
        self.host.configure(
            plugin_roots=[str(self.host.directory / "plugins")],
            default_provider="tells_secrets",
            log={"level": "debug"},
            settings={"tells_secrets": {"token": reference}} if reference else {},
        )

    def kept_in_a_file(self) -> None:
        folder = self.host.directory / "credentials"
        folder.mkdir()
        with open(os.open(folder / "school_token", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(TOKEN + "\n")
        self.token_in(f"file:{folder}/school_token")

    def kept_as_credential(self) -> None:
        self.kept_in_a_file()
        self.variables["CREDENTIALS_DIRECTORY"] = str(self.host.directory / "credentials")
        self.token_in("credential:school_token")

    def kept_in_the_environment(self) -> None:
        self.variables["SCHOOL_TOKEN"] = TOKEN
        self.token_in("env:SCHOOL_TOKEN")

    def kept_in_the_configuration(self) -> None:
        self.token_in(TOKEN)

    def kept_sealed(self) -> None:
        self.token_in("")
        command = self.host.command("settings", "set", "tells_secrets", "token")
        subprocess.run(command, env=self.variables, input=TOKEN + "\n", text=True, check=True, capture_output=True)

    def everything_said(self) -> dict[str, str]:
        rooms = {"works": ["p"], "refuses": ["p"], "throws": ["p"], "address": ["p"]}
        self.host.apply(write_document(self.host.directory / "roster.json", {"p": "person.one"}, rooms))
        run = self.host.run_until_idle()
        said = {"run's log": run.err, "run": run.out}
        for words in (
            ("room", "list"),
            *(("room", "show", each["id"]) for each in self.host.json("room", "list").document["rooms"]),
            ("task", "list"),
            ("plugin", "list"),
            ("plugin", "show", "tells_secrets"),
            ("settings", "list", "tells_secrets"),
            ("doctor", "tells_secrets"),
        ):
            for ended in (self.host.text(*words), self.host.json(*words)):
                said[" ".join(map(str, words))] = said.get(" ".join(map(str, words)), "") + ended.out + ended.err
        for file in (self.host.directory / "state").rglob("*"):
            if file.is_file():
                said[str(file)] = file.read_bytes().decode("latin-1")
        return said

    def test_a_secret_is_shown_and_stored_nowhere_wherever_it_is_kept(self):
        for keep in (self.kept_in_a_file, self.kept_as_credential, self.kept_in_the_environment,
                     self.kept_in_the_configuration, self.kept_sealed):
            with self.subTest(keep.__name__):
                self.doCleanups()
                self.setUp()
                keep()
                said = self.everything_said()
                for where, text in said.items():
                    for form in FORMS:
                        self.assertNotIn(form, text, where)
                log = said["run's log"]
                for said_first in ("the token ***", "printed: to cout: the token ***", "printed: to cerr: the token ***",
                                   "printed: ***"):
                    self.assertIn(said_first, log)
                self.assertIn("the token *** as JSON", said["task list"])
                self.assertRegex(said["task list"], told("ROOM_PROVIDER_ERROR"))
                self.assertIn("the token *** as JSON", said["doctor tells_secrets"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
