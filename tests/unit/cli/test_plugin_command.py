"""`commhost plugin`, `doctor` and `lang check` on the built program, with plugins that are refused, gone or foul."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin"))
from rest_chat import RestChat  # noqa: E402

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, PENDING, WRONG_USAGE = 0, 1, 2, 64


class Plugins(unittest.TestCase):
    language = {}

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
        environment |= self.language
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

    def need(self, plugin, other):
        manifest = self.root / plugin / "version.json"
        manifest.write_text(
            manifest.read_text().replace("{", f'{{"dependencies": {{"communication_{other}": "any"}},', 1)
        )

    def codes_of(self, document, part="notices"):
        return [each["code"] for each in document[part]]

    def test_who_disables_a_plugin_with_rooms_is_told_how_many_wait(self):
        self.install("good")
        self.make_room_at("good")
        status, document = self.asked("plugin", "disable", "good")
        self.assertEqual((status, document["rooms_waiting"], self.codes_of(document)), (DONE, 1, ["CLI_PROVIDER_DISABLED"]))
        self.assertIn("1 room waits for it.", self.told("plugin", "disable", "good")[1])

    def test_who_disables_a_plugin_that_others_need_is_told_which_are_refused_from_now_on(self):
        for each in ("good", "noisy", "claims_less", "prints"):
            self.install(each)
        self.need("noisy", "good")
        self.need("claims_less", "noisy")
        self.need("prints", "good")
        (self.root / "prints/settings.json").write_text("{")  # refused before, too
        self.make_room_at("claims_less")
        status, document = self.asked("plugin", "disable", "good")
        self.assertEqual((status, document["refused"], document["required"]), (PENDING, ["noisy", "claims_less"], False))
        self.assertEqual(self.codes_of(document), ["CLI_DEPENDENTS_REFUSED"])
        status, text = self.told("plugin", "disable", "good")
        self.assertEqual(status, PENDING)
        self.assertIn("2 plugins need 'good': noisy, claims_less. They are refused from now on. 1 room waits", text)

    def test_who_disables_a_required_plugin_or_one_that_it_needs_is_told_that_nothing_begins(self):
        self.configure({"required_plugins": ["noisy"]})
        for each in ("good", "noisy"):
            self.install(each)
        status, document = self.asked("plugin", "disable", "noisy")
        self.assertEqual((status, document["required"], self.codes_of(document)), (PENDING, True, ["WORKER_REQUIRED"]))
        self.assertIn("No work is begun, of no plugin", self.told("plugin", "disable", "noisy")[1])
        self.told("plugin", "enable", "noisy")
        self.need("noisy", "good")
        status, document = self.asked("plugin", "disable", "good")
        self.assertEqual((status, document["required"]), (PENDING, False))
        self.assertEqual(self.codes_of(document), ["CLI_DEPENDENTS_REFUSED", "WORKER_REQUIRED"])

    def test_a_required_plugin_is_shown_as_such_be_it_disabled_or_never_there(self):
        self.configure({"required_plugins": ["absent", "good"]})
        status, document = self.asked("plugin", "show", "absent")
        self.assertEqual((status, document["state"], document["required"]), (FAILED, "missing", True))
        self.assertEqual(self.codes_of(document, "problems"), ["WORKER_REQUIRED"])
        self.assertIn("WORKER_REQUIRED", self.told("plugin", "show", "absent")[1])
        self.assertEqual(self.asked("plugin", "show", "other")[1]["error"]["code"], "PLUGIN_UNKNOWN")
        self.install("good")
        self.assertEqual(self.asked("plugin", "show", "good")[0], DONE)
        self.told("plugin", "disable", "good")
        status, document = self.asked("plugin", "show", "good")
        self.assertEqual((status, document["state"]), (FAILED, "disabled"))
        self.assertEqual(self.codes_of(document, "problems"), ["WORKER_REQUIRED"])

    def test_who_enables_or_disables_a_plugin_that_is_gone_is_told_so_and_what_comes_of_it(self):
        folder = self.install("good")
        self.make_room_at("good")
        self.told("plugin", "list")
        shutil.rmtree(folder)
        status, document = self.asked("plugin", "enable", "good")
        self.assertEqual((status, document["state"], self.codes_of(document, "problems")), (PENDING, "missing", ["PLUGIN_MISSING"]))
        self.assertIn("commhost plugin install", self.told("plugin", "enable", "good")[1])
        self.assertFalse(self.asked("plugin", "show", "good")[1]["disabled"])
        status, document = self.asked("plugin", "disable", "good")
        self.assertEqual((status, document["state"], document["disabled"]), (DONE, "missing", True))
        self.assertEqual(self.codes_of(document, "problems"), ["PLUGIN_MISSING"])
        self.assertEqual(self.codes_of(document), ["PLUGIN_RETURNS_DISABLED"])
        for words in (("disable", "good"), ("show", "good"), ("list",)):
            self.assertIn("When its folder is back, it is disabled", self.told("plugin", *words)[1])
        (listed,) = self.asked("plugin", "list")[1]["plugins"]
        self.assertEqual((listed["disabled"], self.codes_of(listed)), (True, ["PLUGIN_RETURNS_DISABLED"]))
        self.install("good")
        self.assertEqual(self.asked("plugin", "show", "good")[1]["state"], "disabled")

    def test_what_an_admin_stores_is_read_by_another_in_the_own_language(self):
        for each in ("good", "exits_on_load"):
            self.install(each)
        self.make_room_at("good")
        self.language = {"LANG": "de_DE.UTF-8"}
        self.assertIn("ausgeschaltet", self.told("plugin", "disable", "good")[1])
        self.assertIn("Ausgabe: nichts", self.told("plugin", "list")[1])
        self.language = {}
        with contextlib.closing(sqlite3.connect(self.directory / "state/commhost.db")) as database:
            self.assertEqual(database.execute("select reason from task_pause").fetchall(), [("disabled",)])
        self.assertIn("It printed nothing.", self.told("plugin", "list")[1])

    def test_why_a_plugin_is_refused_is_kept_in_nobody_s_language(self):
        for each in (
            "changes_process", "claims_less", "claims_more", "closes_descriptors", "crashes_on_load", "exits_on_load",
            "factory_null", "factory_throws", "fork_bomb", "good", "half_capability", "leaves_child", "leaves_threads",
            "missing_body", "missing_library", "missing_symbol", "no_stamp", "noisy", "throws_number", "throws_on_load", "undefined_symbol",
        ):
            self.install(each)
        languages = ({"LANG": "de_DE.UTF-8"}, {"LANG": "C"})

        def list_in_both_beginning_with(first):
            shutil.rmtree(self.directory / "state", ignore_errors=True)
            listed = []
            for self.language in (first, *languages):
                status, text = self.told("plugin", "list")
                self.assertEqual(status, DONE)
                listed.append(text)
            return listed[1:]

        german, english = list_in_both_beginning_with(languages[0])
        self.assertIn("\ngood ", english)
        self.assertIn("PLUGIN_PROBE_EXITED", english)
        self.assertIn("(eine virtuelle Funktion der Klasse hat keinen Rumpf)", german)
        self.assertEqual([german, english], list_in_both_beginning_with(languages[1]))
        self.assertNotEqual(german, english)

    def test_the_settings_of_a_plugin_whose_files_are_broken_are_not_said_to_be_nobody_s(self):
        self.install("broken_manifest")
        status, document = self.asked("settings", "list", "broken_manifest")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "JSON_SYNTAX"))
        status, document = self.asked("settings", "list", "absent")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "PLUGIN_UNKNOWN"))

    def test_the_help_of_list_names_every_state_in_the_words_of_the_list(self):
        for language in ("en", "de"):
            texts = json.loads((Path(__file__).parents[3] / f"lang/{language}/core_communication.json").read_text())
            states = [text for key, text in texts.items() if key.startswith("plugin_state_")]
            self.assertEqual(len(states), 6)
            self.assertEqual([each for each in states if each not in texts["help_plugin_list"]], [])
            self.language = {"LANG": f"{language}_XX.UTF-8"}
            self.assertIn(states[0], self.told("plugin", "list", "--help")[1])

    # Roots that cannot be used

    def test_a_root_that_cannot_be_used_is_told_first_and_its_plugins_are_not_held_to_be_gone(self):
        self.install("good")
        self.make_room_at("good")
        self.told("plugin", "list")
        self.root.chmod(0o777)
        status, listed = self.told("plugin", "list")
        self.assertEqual(status, DONE)
        self.assertRegex(listed, r"^Of plugin folders, and of all plugins:\n  PLUGIN_WRITABLE: ")
        self.assertLess(listed.index("PLUGIN_WRITABLE"), listed.index("PLUGIN_ROOT_UNUSABLE"))
        for document in (self.asked("plugin", "list")[1]["plugins"][0], self.asked("plugin", "enable", "good")[1]):
            self.assertEqual(self.codes_of(document, "problems")[0], "PLUGIN_ROOT_UNUSABLE")
            self.assertNotIn("PLUGIN_MISSING", self.codes_of(document, "problems"))
        status, findings, _ = self.findings_of()
        self.assertEqual(status, FAILED)
        self.assertIn(("commhost", "PLUGIN_WRITABLE", "failed"), findings)
        self.assertIn(("good", "PLUGIN_ROOT_UNUSABLE", "failed"), findings)
        self.assertNotIn("CLI_PROVIDER_MISSING", [each[1] for each in findings])
        self.root.chmod(0o755)
        self.assertEqual(self.asked("plugin", "show", "good")[1]["missing_since"], None)
        self.assertEqual(self.asked("plugin", "show", "good")[1]["state"], "enabled")

    # doctor and lang check

    def doctor_at_a_chat(self, *words):
        """Of a plugin that finds that its server limits it, and can set that right."""
        if not hasattr(self, "chat"):
            self.chat = RestChat("letmein")
            self.addCleanup(self.chat.server_close)
            self.addCleanup(self.chat.shutdown)
            self.install("repairs_limit")
            settings = {"repairs_limit": {"address": self.chat.url, "token": "letmein"}}
            self.configure({"settings": settings})
        return self.asked("doctor", "repairs_limit", *words)

    def test_the_doctor_says_what_it_could_set_right_and_does_nothing(self):
        status, document = self.doctor_at_a_chat()
        (repair,) = document["repairs"]
        self.assertEqual(
            repair,
            {"subject": "repairs_limit", "id": "limit", "change": "The server limits us no more.", "outcome": None, "found": None},
        )
        self.assertEqual((status, self.chat.limited), (DONE, True))
        self.assertIn("repairs_limit  limit  The server limits us no more.", self.told("doctor", "repairs_limit")[1])

    def test_nobody_is_there_to_agree_so_nothing_is_set_right(self):
        status, document = self.doctor_at_a_chat("--fix")
        self.assertEqual((status, document["error"]["code"]), (FAILED, "CLI_NOT_CONFIRMED"))
        self.assertIn("repairs_limit: The server limits us no more.", document["error"]["text"])
        self.assertTrue(self.chat.limited)

    def test_what_an_admin_agrees_to_is_set_right_looked_at_again_and_kept_on_record(self):
        status, document = self.doctor_at_a_chat("--fix", "--yes")
        (repair,) = document["repairs"]
        self.assertEqual((status, repair["outcome"], repair["found"]), (DONE, "passed", "the server does not limit us"))
        self.assertFalse(self.chat.limited)
        outcomes = {each["id"]: each["outcome"] for each in document["findings"]}
        self.assertEqual(outcomes["limit"], "passed")
        rows = [each for each in self.asked("audit")[1]["audit"] if each["action"] == "server_repaired"]
        self.assertEqual([(each["name"], each["after"]) for each in rows], [("repairs_limit", {"repair": "limit", "outcome": "passed"})])
        status, document = self.doctor_at_a_chat("--fix")  # nothing to agree to
        self.assertEqual((status, document["repairs"]), (DONE, []))
        self.assertIn("nothing that a plugin offers", self.told("doctor", "--fix")[1])

    def test_what_could_not_be_set_right_is_a_finding(self):
        self.doctor_at_a_chat()
        self.chat.before_answer = lambda method, path: setattr(self.chat, "token", "another") if method == "PUT" else None
        status, document = self.doctor_at_a_chat("--fix", "--yes")
        self.assertEqual((status, document["repairs"][0]["outcome"]), (FAILED, "failed"))
        outcomes = {each["id"]: each["outcome"] for each in document["findings"]}
        self.assertEqual(outcomes["limit"], "failed")

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
