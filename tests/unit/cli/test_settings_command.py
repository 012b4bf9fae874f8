"""`commhost settings set` and `unset`, on the built program."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, WRONG_USAGE = 0, 1, 64


class Settings(unittest.TestCase):
    language = {}

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-settings-"))
        self.addCleanup(shutil.rmtree, self.directory)
        for plugin in ("tells_secrets", "tells_surroundings", "tells_words"):
            shutil.copytree(FAULTS / plugin, self.directory / "plugins" / plugin)
        subprocess.run(["chmod", "-R", "go-w", self.directory / "plugins"], check=True)
        (self.directory / "commhost.json").write_text("{}")

    def command(self, *words):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        return [PROGRAM, "--config", "commhost.json", "--plugin-root", "plugins", *words], environment | self.language

    def run_commhost(self, *words, given=""):
        command, environment = self.command(*words)
        return subprocess.run(
            command, cwd=self.directory, env=environment, input=given, capture_output=True, encoding="utf-8"
        )

    def commhost(self, *words, given=""):
        ended = self.run_commhost(*words, "--json", given=given)
        self.assertTrue(ended.stdout, ended.stderr)
        return ended.returncode, json.loads(ended.stdout)

    def told(self, *words):
        return self.run_commhost(*words).stdout

    def set_token(self, *words, given=""):
        return self.commhost("settings", "set", "tells_secrets", "token", *words, given=given)

    def test_a_secret_is_not_taken_from_the_command_line_but_a_reference_to_one_is(self):
        status, refused = self.set_token("hunter2")
        self.assertEqual((status, refused["error"]["code"]), (WRONG_USAGE, "CLI_SECRET_ARGUMENT"))
        self.assertNotIn("hunter2", json.dumps(refused))
        status, taken = self.set_token("env:TOKEN")
        self.assertEqual((status, taken["settings"][0]["origin"]), (DONE, "stored"))

    def test_a_secret_of_several_lines_is_kept_whole_but_for_the_end_of_its_last(self):
        pem = "-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\n-----END KEY-----"
        file = self.directory / "key"
        for given, kept in ((f"{pem}\n", pem), (f"{pem}\r\n", pem), (pem, pem), (f"{pem}\n\n", f"{pem}\n")):
            file.write_bytes(given.encode())
            for words, typed in (((), given), (("--from-file", file), "")):
                with self.subTest(given, words=words):
                    set_word = ("settings", "set", "tells_surroundings", "token")
                    self.assertEqual(self.commhost(*set_word, *words, given=typed)[0], DONE)
                    _, doctor = self.commhost("doctor", "tells_surroundings")
                    self.assertEqual(doctor["findings"][-1]["found"], str(len(kept)))

    def test_a_reference_that_leads_nowhere_is_not_stored(self):
        for reference in ("file:key", "file:", "credential:../key", "credential:", "env:"):
            with self.subTest(reference):
                status, refused = self.set_token(reference)
                self.assertEqual((status, refused["error"]["code"]), (FAILED, "SECRET_REFERENCE"))
        self.assertEqual(self.commhost("settings", "get", "tells_secrets", "token")[1]["settings"][0]["value"], None)

    def test_a_file_that_is_no_secret_is_told_with_its_name(self):
        huge = self.directory / "huge"
        huge.write_bytes(b"x" * 70_000)
        for file, reason in ((self.directory, ""), (self.directory / "none", "No such file"), (huge, "too large")):
            with self.subTest(file):
                status, refused = self.set_token("--from-file", file)
                self.assertEqual((status, refused["error"]["code"]), (FAILED, "CLI_SECRET_FILE"))
                self.assertIn(str(file), refused["error"]["text"])
                self.assertIn(reason, refused["error"]["text"])

    def test_no_secret_is_read_without_an_end(self):
        command, environment = self.command("settings", "set", "tells_secrets", "token", "--json")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=self.directory, env=environment, **pipes) as process:
            self.addCleanup(process.kill)
            process.stdin.write(b"x" * 70_000)
            process.stdin.flush()  # and it stays open
            refused = json.loads(process.stdout.read())
        self.assertEqual((process.returncode, refused["error"]["code"]), (FAILED, "SETTING_VALUE"))

    def test_what_a_setting_is_for_and_what_it_takes_is_shown_in_the_plugins_words(self):
        folder = self.directory / "plugins/tells_words"
        (folder / "lang/de").mkdir()
        (folder / "lang/de/communication_tells_words.json").write_text(
            json.dumps({"pluginname": "Vorrichtung", "description": "Ein Fehler"})
        )
        schema = json.loads((folder / "settings.json").read_text())
        schema["site"][2]["limits"] = {"min": 1, "max": 9}
        (folder / "settings.json").write_text(json.dumps(schema))
        _, document = self.commhost("settings", "get", "tells_words", "tries")
        (tries,) = document["settings"]
        self.assertEqual((tries["label"], tries["help"]), ("Fixture", "One fault and nothing else."))
        self.assertEqual((tries["default"], tries["limits"], tries["choices"]), ("3", {"min": 1, "max": 9}, []))
        shown = self.told("settings", "get", "tells_words", "tries")
        self.assertRegex(shown, r"(?m)^limits\b.* at least 1, at most 9$")
        self.assertRegex(shown, r"(?m)^explanation\b.* One fault and nothing else\.$")
        self.assertRegex(self.told("settings", "get", "tells_words", "access"), r"(?m)^choices\b.* invite \(Fixture\), open")
        self.language = {"LANG": "de_DE.UTF-8"}
        self.assertRegex(self.told("settings", "list", "tells_words"), r"(?m)^tries .* Vorrichtung$")
        self.assertRegex(self.told("settings", "get", "tells_words", "tries"), r"(?m)^Erklärung\b.* Ein Fehler$")
        status, unknown = self.commhost("settings", "get", "tells_words", "tires")
        self.assertEqual((status, unknown["error"]["code"]), (FAILED, "SETTING_UNKNOWN"))

    def test_a_secret_of_nothing_is_no_secret(self):
        for given in ("", "\n", "\r\n"):
            with self.subTest(given):
                status, refused = self.set_token(given=given)
                self.assertEqual((status, refused["error"]["code"]), (FAILED, "CLI_SECRET_EMPTY"))

    def test_whoever_sets_or_unsets_what_was_wrong_has_the_server_tried_at_once(self):
        an_hour_on = 3_600_000
        self.set_token("env:TOKEN")
        for words in (("set", "tells_secrets", "token", "env:OTHER"), ("unset", "tells_secrets", "token")):
            with self.subTest(words), contextlib.closing(sqlite3.connect(self.directory / "state/commhost.db")) as database:
                database.execute("delete from task_circuit")
                database.execute(
                    "insert into task_circuit (queue, outages, openings, since, until, newest, reason)"
                    " values ('tells_secrets', 3, 1, 0, unixepoch() * 1000 + ?, 1, 'away')",
                    (an_hour_on,),
                )
                database.commit()
                self.assertEqual(self.commhost("settings", *words)[0], DONE)
                (left,) = database.execute("select until - unixepoch() * 1000 from task_circuit").fetchone()
                self.assertLess(left, an_hour_on // 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
