"""The built program speaks the language of whoever calls it, and --json does not change with it."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["COMMHOST_TEST_PROGRAM"]
CATALOGUE = {
    language: json.loads(
        (Path(os.environ["COMMHOST_TEST_SOURCES"]) / "lang" / language / "core_communication.json").read_text()
    )
    for language in ("en", "de")
}


class Languages(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="commhost-language-")))
        self.own = self.folder / "own"

    def ask(self, *words, **environment):
        """Only these variables, so that the language of whoever runs the test does not matter; None takes one away."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS") if name in os.environ}
        variables = (
            kept
            | {"COMMHOST_STATE_DIRECTORY": str(self.folder / "state"), "COMMHOST_LANG_FOLDER": str(self.own)}
            | environment
        )
        return subprocess.run(
            [PROGRAM, *words],
            env={name: value for name, value in variables.items() if value is not None},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )

    def override(self, language: str, content: str) -> None:
        file = self.own / language / "core_communication.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def test_help_speaks_the_language_of_the_environment(self):
        self.assertIn("Print this help message", self.ask("--help").stdout)
        for environment in (
            {"LANG": "de_AT.UTF-8"},
            {"LC_MESSAGES": "de_DE.UTF-8", "LANG": "fr_FR.UTF-8"},
            {"LANGUAGE": "xx:de", "LANG": "fr_FR.UTF-8"},
        ):
            with self.subTest(environment):
                told = self.ask("room", "sync", "--help", **environment).stdout
                for word in ("Aufruf: commhost room sync [OPTIONEN]", "Optionen:", "Zeigt diese Hilfe", "jeden Raum",
                             "Beispiel: commhost"):
                    self.assertIn(word, told)
                self.assertNotIn("Options", told)

    def test_c_and_posix_are_english(self):
        for environment in ({"LC_ALL": "C", "LANG": "de_DE"}, {"LANG": "POSIX", "LANGUAGE": "de"}, {"LANG": "C.UTF-8"}):
            with self.subTest(environment):
                self.assertIn("Usage: commhost", self.ask("--help", **environment).stdout)

    def test_every_help_text_is_translated(self):
        commands = [["plugin", "list"], ["plugin", "trust", "add"], ["settings", "set"], ["roster", "apply"], ["room", "list"],
                    ["task", "retry"], ["run"], ["doctor"], ["explain"], ["lang", "check"], []]
        english = [text for key, text in CATALOGUE["en"].items()
                   if key.startswith("help_") and text != CATALOGUE["de"][key] and " " in text]
        for words in commands:
            with self.subTest(words):
                told = " ".join(self.ask(*words, "--help", LC_ALL="de_DE.UTF-8").stdout.split())
                self.assertEqual([text for text in english if text in told], [])
                self.assertNotIn("help_", told)

    def test_wrong_words_are_told_in_the_reader_s_language(self):
        for words, german, command in (
            (["romm"], "es gibt keinen Befehl 'romm'", ""),
            (["room"], "es fehlt ein Befehl", " room"),
            (["room", "show"], "ROOM fehlt", " room show"),
            (["room", "list", "a"], "hier nicht erwartet: a", " room list"),
            (["task", "list", "--state", "lost"], "--state: lost ist keines von", " task list"),
            (["run", "--drain-timeout", "9999"], "--drain-timeout: 9999 liegt nicht zwischen 0 und 3600", " run"),
            (["task", "show", "x"], "TASK: 'x' ist keine ganze Zahl", " task show"),
            (["room", "sync", "a", "--all"], "geht nicht zusammen mit", " room sync"),
            (["--database"], "--database: der Wert fehlt", ""),
        ):
            with self.subTest(words):
                ended = self.ask(*words, LC_ALL="de_DE.UTF-8")
                self.assertEqual(ended.returncode, 64)
                self.assertIn(german, ended.stderr)
                self.assertIn(f"Siehe 'commhost{command} --help'.", ended.stderr)

    def test_why_something_is_refused_is_told_in_the_reader_s_language_too(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "commhost.json"
            file.write_text('{\n"rooms_at_once": 65}')
            ended = self.ask("plugin", "list", LC_ALL="de_DE.UTF-8", COMMHOST_CONFIG=str(file))
            self.assertIn(f"{file}, Zeile 2, bei /rooms_at_once: hier muss eine Zahl von 1 bis 64 stehen", ended.stderr)

    def test_what_a_roster_must_hold_is_told_in_the_reader_s_language(self):
        document = {"format": "commhost-roster", "version": 1, "scope": "full", "component": "school"}
        file = self.folder / "roster.json"
        for wrong, german in (
            ({"users": 1}, "/users: Hier muss stehen: eine Liste"),
            ({"users": [{"id": "u", "username": ""}]}, "/users/0/username: Hier muss stehen: ein Text, der nicht leer ist"),
            ({"scope": "half"}, "/scope: Hier muss stehen: eines von full, partial"),
        ):
            with self.subTest(wrong):
                file.write_text(json.dumps(document | wrong))
                ended = self.ask("roster", "plan", str(file), LC_ALL="de_DE.UTF-8")
                self.assertEqual(ended.returncode, 1)
                self.assertIn(german, ended.stderr)

    def test_json_keeps_keys_and_codes_in_every_language(self):
        english = json.loads(self.ask("room", "show", "x", "--json").stdout)["error"]
        german = json.loads(self.ask("room", "show", "x", "--json", LC_ALL="de_DE.UTF-8").stdout)["error"]
        self.assertEqual(english["code"], "ROOM_UNKNOWN")
        self.assertEqual(english["text"], "There is no room 'x'. Nothing was changed.")
        self.assertEqual(german["text"], "Es gibt keinen Raum 'x'. Es wurde nichts geändert.")
        for key in ("code", "arguments"):
            self.assertEqual(english[key], german[key])
        self.assertEqual(list(english), list(german))

    def test_tables_have_headings_in_the_reader_s_language(self):
        self.assertTrue(self.ask("task", "list").stdout.startswith("TASK  KEY"))
        self.assertTrue(self.ask("task", "list", LC_ALL="de_DE.UTF-8").stdout.startswith("AUFGABE  SCHLÜSSEL"))
        self.assertEqual(list(json.loads(self.ask("task", "list", "--json", LC_ALL="de_DE.UTF-8").stdout)), ["tasks"])

    def test_every_code_is_explained(self):
        codes = [key for key, value in CATALOGUE["en"].items() if isinstance(value, dict)]
        listed = json.loads(self.ask("explain", "--json").stdout)["codes"]
        self.assertEqual([each["code"] for each in listed], codes)
        self.assertEqual([each["title"] for each in listed], [CATALOGUE["en"][code]["title"] for code in codes])
        for language, locale in (("en", "C"), ("de", "de_DE.UTF-8")):
            explained = json.loads(self.ask("explain", "plugin_owner", "--json", LC_ALL=locale).stdout)
            for part, text in CATALOGUE[language]["PLUGIN_OWNER"].items():
                self.assertEqual(explained[part], text)
        told = self.ask("explain", "STORE_OPEN").stdout
        self.assertTrue(told.startswith("STORE_OPEN: The database cannot be opened\n"))
        self.assertIn("What to do:", told)

    def test_a_mistyped_code_gets_a_suggestion(self):
        ended = self.ask("explain", "PLUGIN_ONWER")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("CLI_CODE_UNKNOWN", ended.stderr)
        self.assertIn("PLUGIN_OWNER", ended.stderr)
        self.assertNotIn("Perhaps", self.ask("explain", "q").stderr)
        self.assertEqual(self.ask("explain", "\x1b[2J", "--json").returncode, 1)

    def test_an_admin_s_own_texts_stand_over_the_program_s(self):
        self.override("de", json.dumps({"help_program": "Unser Chat.", "ROOM_UNKNOWN": {"advice": "Frag Ada."}}))
        self.assertTrue(self.ask("--help", LC_ALL="de_DE.UTF-8").stdout.startswith("Unser Chat."))
        told = self.ask("room", "show", "x", LC_ALL="de_DE.UTF-8").stderr
        self.assertIn("Es gibt keinen Raum 'x'.", told)
        self.assertIn("Frag Ada.", told)
        self.assertNotIn("Unser", self.ask("--help").stdout)

    def test_a_language_may_come_from_an_admin_alone(self):
        self.override("fr", json.dumps({"never": "jamais", "help_program": "Des salons."}))
        self.assertTrue(self.ask("--help", LANG="fr_CA.UTF-8").stdout.startswith("Des salons."))

    def test_the_configuration_names_the_folder_of_own_texts(self):
        other = self.folder / "other"
        (other / "en").mkdir(parents=True)
        (other / "en/core_communication.json").write_text(json.dumps({"ROOM_UNKNOWN": {"advice": "Ask Ada."}}))
        (self.folder / "commhost.json").write_text(json.dumps({"lang_folder": str(other)}))
        words = ("--config", str(self.folder / "commhost.json"), "room", "show", "x")
        self.assertIn("Ask Ada.", self.ask(*words, COMMHOST_LANG_FOLDER=None).stderr)
        told = self.ask(*words).stderr
        self.assertIn("ROOM_UNKNOWN", told)
        self.assertNotIn("Ask Ada.", told, "the environment wins over the file")

    def test_broken_own_texts_stop_nothing_and_are_told(self):
        self.override("de", '{\n"never": "{wann}",\n"none": "keiner"}')
        self.override("en", "{")
        self.assertIn("Aufruf:", self.ask("--help", LC_ALL="de_DE.UTF-8").stdout)
        checked = self.ask("lang", "check", "--json")
        self.assertEqual(checked.returncode, 1)
        reports = [each for each in json.loads(checked.stdout)["checked"] if each["component"] == "core_communication"]
        problems = [each for report in reports for each in report["problems"]]
        self.assertEqual([each["code"] for each in problems], ["LANG_OVERRIDE", "LANG_OVERRIDE"])
        self.assertIn("line 2", problems[0]["text"])
        self.assertIn("JSON", problems[1]["text"])
        found = json.loads(self.ask("doctor", "--json").stdout)["findings"]
        self.assertEqual([each["outcome"] for each in found if each["id"] == "LANG_OVERRIDE"], ["warning", "warning"])

    def test_a_check_of_a_folder_names_file_and_line(self):
        folder = self.folder / "plugin/lang"
        for language, text in (("en", '{"pluginname": "X", "n": "{n}"}'), ("de", '{"pluginname": "X",\n"n": "{m}"}')):
            (folder / language).mkdir(parents=True)
            (folder / language / "communication_x.json").write_text(text)
        ended = self.ask("lang", "check", str(folder.parent))
        self.assertEqual(ended.returncode, 1)
        self.assertIn(f"{folder}/de/communication_x.json, line 2", ended.stdout)
        self.assertIn("2 problems", ended.stdout)
        self.assertEqual(self.ask("lang", "check", str(self.folder / "nowhere")).returncode, 1)


if __name__ == "__main__":
    unittest.main()
