"""`commhost plugin`, `doctor` and `lang check` on the built program, with plugins that are refused, gone or foul."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, PENDING, WRONG_USAGE = 0, 1, 2, 64


class Plugins(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-plugin-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.root = self.directory / "plugins"
        self.root.mkdir(mode=0o755)
        self.configure({})

    def configure(self, content):
        (self.directory / "commhost.json").write_text(json.dumps(content))

    def install(self, fault) -> Path:
        folder = shutil.copytree(FAULTS / fault, self.root / fault)
        subprocess.run(["chmod", "-R", "go-w", folder], check=True)
        return folder

    def run_commhost(self, *words, stdout=subprocess.PIPE, cwd=None):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        command = [PROGRAM, "--config", self.directory / "commhost.json", "--plugin-root", self.root, *words]
        return subprocess.run(command, cwd=cwd, env=environment, stdout=stdout, stderr=subprocess.PIPE)

    def told(self, *words, cwd=None):
        ended = self.run_commhost(*words, cwd=cwd)
        return ended.returncode, ended.stdout.decode()

    def asked(self, *words, cwd=None):
        ended = self.run_commhost(*words, "--json", cwd=cwd)
        self.assertTrue(ended.stdout, ended.stderr)
        return ended.returncode, json.loads(ended.stdout.decode())

    def make_room_at(self, provider):
        roster = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [],
            "instances": [{"id": "7a", "name": "7a"}],
            "memberships": [],
        }
        (self.directory / "roster.json").write_text(json.dumps(roster))
        status, _ = self.told("roster", "apply", self.directory / "roster.json", "--provider", provider)
        self.assertEqual(status, DONE)

    def findings_of(self, *words):
        status, document = self.asked("doctor", *words)
        return status, [(each["subject"], each["id"], each["outcome"]) for each in document["findings"][1:]], document

    # What a plugin says about itself

    def test_no_plugin_writes_a_line_of_its_own_into_a_listing(self):
        good = self.install("good")
        manifest = good / "version.json"
        manifest.write_text(manifest.read_text().replace('"1.0.0"', r'"1.0\nmatrix  1.0.0  enabled"'))
        _, listed = self.told("plugin", "list")
        self.assertNotIn("\nmatrix", listed)
        _, document = self.asked("plugin", "list")
        (problem,) = document["plugins"][0]["problems"]
        self.assertEqual((problem["code"], problem["arguments"]["pointer"]), ("JSON_CONTENT", "/release"))

    def test_the_name_of_a_folder_neither_ends_a_line_nor_breaks_the_document(self):
        for name in (b"L\xfcbeck", b"x\nmatrix  1.0.0  enabled", b"\xe2\x80\xaetxt"):
            os.mkdir(os.fsencode(self.root) + b"/" + name)
        _, listed = self.told("plugin", "list")
        self.assertNotIn("\nmatrix", listed)
        self.assertNotIn("\u202e", listed)
        _, document = self.asked("plugin", "list")
        names = {each["name"] for each in document["plugins"]}
        self.assertEqual(names, {"L\ufffdbeck", "x\nmatrix  1.0.0  enabled", "\u202etxt"})
        self.assertNotIn("\nmatrix", self.told("plugin", "trust", "check")[1])
        self.assertNotIn("\nmatrix", self.told("doctor")[1])

    # enable and disable

    def test_who_enables_a_plugin_is_told_whether_it_can_be_used(self):
        self.install("good")
        self.assertEqual(self.told("plugin", "enable", "good"), (DONE, "good is enabled\n"))
        self.install("factory_throws")
        status, document = self.asked("plugin", "enable", "factory_throws")
        self.assertEqual((status, document["state"]), (PENDING, "refused"))
        self.assertEqual([each["code"] for each in document["problems"]], ["PLUGIN_FACTORY_THREW"])
        status, text = self.told("plugin", "enable", "factory_throws")
        self.assertEqual(status, PENDING)
        self.assertIn("factory_throws is refused:\n  PLUGIN_FACTORY_THREW: ", text)
        self.told("plugin", "list")  # after which it is missed
        shutil.rmtree(self.root / "good")
        status, document = self.asked("plugin", "enable", "good")
        self.assertEqual((status, document["state"]), (PENDING, "missing"))
        status, document = self.asked("plugin", "enable", "absent")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "PLUGIN_UNKNOWN"))

    def test_a_plugin_that_is_disabled_is_so_until_it_is_enabled(self):
        self.install("good")
        self.assertEqual(self.told("plugin", "disable", "good"), (DONE, "good is disabled\n"))
        self.assertEqual(self.asked("plugin", "show", "good")[1]["state"], "disabled")
        self.assertEqual(self.asked("plugin", "enable", "good")[1]["state"], "enabled")

    def test_the_settings_of_a_plugin_whose_files_are_broken_are_not_said_to_be_nobody_s(self):
        self.install("broken_manifest")
        status, document = self.asked("settings", "list", "broken_manifest")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "JSON_SYNTAX"))
        status, document = self.asked("settings", "list", "absent")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "PLUGIN_UNKNOWN"))

    # doctor and lang check

    def test_the_doctor_tells_of_a_provider_with_rooms_that_is_disabled_or_gone(self):
        self.install("good")
        self.make_room_at("good")
        self.assertEqual(self.findings_of()[:2], (DONE, [("good", "diagnostic_provider", "skipped")]))
        self.told("plugin", "disable", "good")
        status, findings, document = self.findings_of()
        self.assertEqual((status, findings), (DONE, [("good", "CLI_PROVIDER_DISABLED", "warning")]))
        self.assertIn("1 room waits for it.", document["findings"][1]["found"])
        shutil.rmtree(self.root / "good")
        for words in ((), ("good",)):
            status, findings, _ = self.findings_of(*words)
            self.assertEqual((status, findings), (FAILED, [("good", "CLI_PROVIDER_MISSING", "failed")]))

    def test_the_doctor_tells_of_a_default_provider_that_never_was_there(self):
        self.configure({"default_provider": "chat"})
        status, findings, document = self.findings_of()
        self.assertEqual((status, findings), (FAILED, [("chat", "CLI_PROVIDER_MISSING", "failed")]))
        self.assertIn("It is the default provider", document["findings"][1]["found"])
        self.assertEqual(self.asked("doctor", "absent")[0], FAILED)

    def test_a_plugin_that_is_gone_has_no_texts_to_check_least_of_all_those_of_the_current_folder(self):
        self.install("good")
        self.told("plugin", "list")
        shutil.rmtree(self.root / "good")
        here = self.directory / "here" / "lang" / "en"
        here.mkdir(parents=True)
        (here / "somebody_else.json").write_text('{"pluginname": "X"}')
        status, document = self.asked("lang", "check", cwd=self.directory / "here")
        self.assertEqual([each["component"] for each in document["checked"]], ["core_communication"] * 2)
        self.assertEqual(status, DONE)

    # How a command ends

    def test_a_result_that_cannot_be_written_hides_no_failure(self):
        with open("/dev/full", "w") as full:
            for words, status, said in (
                (("plugin", "list"), FAILED, "What the command was to do is done."),
                (("plugin", "show", "absent", "--json"), FAILED, "ended with exit status 1"),
                (("plugin", "fly", "--json"), WRONG_USAGE, "ended with exit status 64"),
            ):
                with self.subTest(words):
                    ended = self.run_commhost(*words, stdout=full)
                    self.assertEqual(ended.returncode, status)
                    self.assertIn(said, ended.stderr.decode())

    def test_a_wrong_word_in_the_configuration_is_told_with_its_place_and_is_no_wrong_usage(self):
        self.configure({"plugin_trust": "perhaps"})
        status, document = self.asked("plugin", "list")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "JSON_CONTENT"))
        self.assertEqual(document["error"]["arguments"]["pointer"], "/plugin_trust")


if __name__ == "__main__":
    unittest.main()
