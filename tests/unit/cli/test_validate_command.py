"""`commhost plugin validate` on the built program: it finds the one fault of each fixture, and no other.

The fixtures that need a server have a stand-in, tests/plugin/rest_chat.py.
"""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin"))
from rest_chat import RestChat  # noqa: E402

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])
PLUGINS = Path(os.environ["COMMHOST_TEST_PLUGINS"])
SANITIZED = bool(os.environ.get("COMMHOST_TEST_SANITIZED"))

DONE, FAILED, WRONG_USAGE = 0, 1, 64
TOKEN = "the-token-of-the-tests"

# By fixture: the test that is to find it, how, and a part of what it says.
FOUND = {
    "needs_room_to_end": ("unused-object", "crashed", "SIGABRT; under way: destructor"),
    "hands_out_one_object": ("factory-twice", "failed", "gave the same object"),
    "loads_slowly": ("load", "warning", "100 ms"),
    "throws_in_load": ("load-for-instance", "failed", "no licence found"),
    "crashes_in_create": ("calm-world", "crashed", "SIGABRT; under way: create_chat_room (calm-world)"),
    # Killed at its limit, and the others go on.
    "hangs_in_add": ("calm-world", "crashed", "killed after 5 seconds; under way: add_members_to_room (calm-world)"),
    "exits_in_method": ("calm-world", "crashed", "status 0; under way: update_chat_room (calm-world)"),
    "forges_verdict": ("calm-world", "crashed", "status 0; under way: create_chat_room (calm-world)"),
    "closes_what_others_opened": ("unused-object", "crashed", "closed a descriptor that is not its own; under way: destructor"),
    "diagnosis_writes": ("diagnosis", "failed", "diagnose wrote: PUT"),
    "leaves_somebody_out": ("calm-world", "failed", "add_members_to_room returned and said nothing of person 3"),
    "adds_nobody_in_silence": ("outage-told", "failed", "add_members_to_room returned as if all was well"),
    "blames_each_person": ("no-network", "failed", "remove_members_from_room says rejected of a person"),
    "throws_number_in_method": ("calm-world", "failed", "update_chat_room let out an exception"),
    "blames_outage_on_people": ("no-network", "failed", "update_room_membership lets a failure out as rejected"),
    "forgets_wait": ("rate-limit", "failed", "update_room_membership loses the time"),
    "forgets_token": ("unauthorised", "failed", "update_chat_room lets a refused token (401) out as rejected"),
    "trusts_json": ("wrong-shape", "failed", "update_chat_room let out an exception"),
    "trusts_body": ("empty-body", "failed", "update_chat_room let out an exception"),
    "trips_over_closed_port": ("refused-connection", "failed", "update_chat_room let out an exception"),
    "trips_over_500": ("internal-error", "failed", "update_chat_room let out an exception"),
    "trips_over_403": ("forbidden", "failed", "update_chat_room let out an exception"),
    "trips_over_404": ("not-found", "failed", "update_chat_room let out an exception"),
    "trips_over_garbage": ("garbage-body", "failed", "update_chat_room let out an exception"),
    "trips_over_endless": ("endless-body", "failed", "update_chat_room let out an exception"),
    "waits_a_day": ("endless-stream", "failed", "delete_chat_room lets an answer come for 86400 seconds; 600 are the most"),
    "trips_over_lost_answer": ("lost-answer", "failed", "it was there a moment ago"),
    "loses_heart": ("random-world", "failed", "it did not work a moment ago"),
    "swallows_outage": ("outage-told", "failed", "update_chat_room returned as if all was well"),
    "marks_synced_without_server": ("nobody-synced-without-server", "failed", "remove_members_from_room marked"),
    "diagnosis_throws": ("diagnosis", "failed", "diagnose threw provider_error"),
    "ignores_cancellation": ("cancellation", "failed", "remove_members_from_room went on sending"),
    "hides_cancellation": ("cancellation", "failed", "update_chat_room"),
    "requests_in_load": ("load-sends-nothing", "failed", "load_for_instance sends a request: GET"),
    "url_makes_request": ("url-sends-nothing", "failed", "generate_room_url sends a request: GET"),
    "strange_address": ("room-address", "failed", "file:///rooms/"),
    "foreign_origin": ("own-servers", "failed", "https://telemetry.example.org/"),
    "opens_own_socket": ("own-sockets", "failed", "sockets of its own"),
    "wants_everything": ("answer-limits", "failed", "delete_chat_room"),
    "unknown_setting": ("declared-settings", "failed", "'adress'"),
    "unknown_string": ("declared-strings", "failed", "'looking'"),
    "stores_too_much": ("stored-values", "failed", "65 bytes"),
    "uses_other_thread": ("calling-thread", "failed", "thread of the plugin's own"),
    "mixes_rooms": ("rooms-at-once", "failed", "while two rooms were worked on at the same time, sent something about the other"),
    "marks_stranger": ("people-of-the-call", "failed", "person 4711"),
    "marks_twice": ("one-verdict", "failed", "second verdict on person 1"),
    "names_no_account": ("accounts", "failed", "create_members names an account that is none"),
    "hands_over_twice": ("members-read", "failed", "handed over the members twice"),
    "diagnosis_stores": ("no-room", "failed", "diagnose uses set_value"),
    "secret_in_log": ("secrets-kept", "failed", "create_chat_room tells a secret of the settings: log: with the token ***"),
    "undeclared_data": ("declared-data", "warning", "the field 'email'"),
    "leaks_thread": ("threads", "failed", "threads of the plugin went on"),
    "leaks_descriptor": ("descriptors", "failed", "5 descriptors more were open after 5 rooms"),
    "leaks_when_it_fails": ("descriptors", "failed", "descriptors more were open after 5 rooms"),
    "leaks_memory": ("memory", "failed", "bytes were lost with each of 200 rooms"),
    "prints": ("silence", "warning", "a room!"),
    "floods_in_method": ("calm-world", "crashed", "more than 1048576 bytes; under way: create_chat_room (calm-world)"),
    "takes_created_for_refusal": ("server-life", "failed", "create_members did not do its work: rejected, the server answers 201"),
    "leaks_on_server": ("server-leaks", "failed", "3 descriptors more were open after 3 rooms"),
    "hides_cancellation_among_people": ("server-cancellation", "failed", "synchronise_room_members did not let task_cancelled pass"),
    "keeps_inhabited_room": ("server-left", "failed", "The room with the key validate-room-"),
    "strange_finding": ("server-diagnosis", "failed", "The address!"),
    "renames_accounts": ("server-accounts", "failed", "another account"),
    "makes_room_once": ("server-room", "failed", "there is one already"),
    "adds_as_members": ("server-members", "failed", "Wanted: commhost-validate-1 owner"),
    "stumbles_when_interrupted": ("server-interrupted", "failed", "it is under way already"),
    "writes_when_unchanged": ("server-unchanged", "failed", "update_chat_room wrote although nothing had changed: PUT"),
    "forgets_name": ("server-rename", "failed", "wrote nothing although"),
    "forgets_roles": ("server-roles", "failed", "Wanted: commhost-validate-1 owner, commhost-validate-2 member"),
    "adds_twice_fails": ("server-add-twice", "failed", "the server answers 409"),
    "forgets_to_remove": ("server-remove", "failed", "In the room are: commhost-validate-1 owner, commhost-validate-2"),
    "removes_twice_fails": ("server-remove-twice", "failed", "the server answers 404"),
    "makes_second_room": ("server-lost-answer", "failed", "did not find the room that it had made"),
    "keeps_room": ("server-delete", "failed", "said that the room is gone"),
    "deletes_twice_fails": ("server-delete-twice", "failed", "the server answers 404"),
    "closes_closed_rooms": ("server-archive", "failed", "archive_chat_room wrote although nothing had changed: PUT"),
    "archives_nothing": ("server-archive-missing", "failed", "archive_chat_room says that a room is closed which is gone"),
    "adopts_twice_writes": ("server-adopt", "failed", "adopt_chat_room wrote although nothing had changed: PUT"),
    "repairs_nothing": ("server-repair", "failed", "repair did not set 'limit' right: the server limits us"),
    "closes_closed_accounts": ("server-leavers", "failed", "update_accounts wrote although nothing had changed: PUT"),
    "keeps_accounts_closed": ("server-leavers", "failed", "wrote nothing when its person was back"),
    "forgets_accounts": ("calm-world", "failed", "update_accounts"),
    "talks_of_accounts": ("calm-world", "failed", "for_leavers returned 'They are closed!'"),
    "adopts_anything": ("server-adopt-refused", "failed", "adopt_chat_room took 'commhost-validate-names-no-room'"),
}
# The same of faults that are seen without loading the plugin, or by what it is when it is loaded.
FOUND_IN_FILES = (
    ("broken_manifest", "manifest", "JSON_SYNTAX"),
    ("unknown_field", "manifest", "JSON_CONTENT"),
    ("wrong_component", "manifest", "PLUGIN_COMPONENT"),
    ("half_capability", "claims", "PLUGIN_CAPABILITY_ALONE"),
    ("wrong_stamp", "binary", "PLUGIN_STAMP_DIFFERS"),
    ("outside_rpath", "binary", "PLUGIN_BINARY_SEARCH_PATH"),
    ("unique_symbol", "exports", "fixture::unique_symbol::counter"),
    ("claims_more", "capabilities", "user_provider"),
    ("leaves_threads", "threads", "One thread of the plugin went on"),
    ("leaves_child", "processes", "One process of the plugin went on"),
    ("leaves_daemon", "processes", "2 processes of the plugin went on"),
)

# By test: what to do to a plugin without a fault, the outcome, and a part of what is said.
FOUND_IN_TEXTS = {
    "folder": (lambda folder: os.mkfifo(folder / "pipe"), "failed", "PLUGIN_FILE_KIND"),
    "checksums": (lambda folder: (folder / "SHA256SUMS").write_text(f"{'0' * 64}  version.json\n"), "failed", "CHECKSUM_"),
    "settings": (lambda folder: (folder / "settings.json").write_text('{"site": 1}'), "failed", "JSON_CONTENT"),
    "strings": (
        lambda folder: (folder / "lang/en/communication_rest_chat.json").write_text('{"pluginname": "Chat"}'),
        "failed",
        "PLUGIN_STRING_MISSING",
    ),
    "translations": (lambda folder: shutil.rmtree(folder / "lang/de"), "warning", "de"),
}
# Some of the tests that a crash in the calm world does not keep from being tried.
AFTER_A_CRASH = ("threads", "no-network", "garbage-body", "own-servers", "secrets-kept", "descriptors", "silence", "random-world")
OF_MEMORY = {"leaks_memory"}  # which a sanitizer hides from the validator
HANGING = {"hangs_in_add"}  # for which nobody waits as long as an author's machine may need


class Validate(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chat = RestChat(TOKEN)
        cls.addClassCleanup(cls.chat.server_close)
        cls.addClassCleanup(cls.chat.shutdown)
        directory = tempfile.TemporaryDirectory(prefix="commhost-validate-")
        cls.addClassCleanup(directory.cleanup)
        cls.directory = Path(directory.name)
        (cls.directory / "commhost.json").write_text("{}")
        cls.settings = cls.directory / "settings.json"
        cls.settings.write_text(json.dumps({"site": {"address": cls.chat.url, "token": TOKEN}}))

    def surroundings(self, language="C.UTF-8"):
        return {
            "PATH": os.environ["PATH"],
            "COMMHOST_STATE_DIRECTORY": str(self.directory / "state"),
            "LC_ALL": language,
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
        }

    def commhost(self, *words, language="C.UTF-8"):
        command = [PROGRAM, "--config", self.directory / "commhost.json", *words]
        return subprocess.run(command, env=self.surroundings(language), capture_output=True, text=True)

    def start(self, *words):
        command = [PROGRAM, "--config", self.directory / "commhost.json", *words]
        return subprocess.Popen(command, env=self.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def validate(self, folder, *words):
        ended = self.commhost("plugin", "validate", folder, "--json", *words)
        self.assertTrue(ended.stdout, ended.stderr)
        document = json.loads(ended.stdout)
        for each in document["tests"]:
            for one in each["details"]:
                self.assertEqual(list(one), ["text", "phrase", "values"])
            each["details"] = [one["text"] for one in each["details"]]
        return ended.returncode, document

    def outcomes(self, document):
        return {each["id"]: each["outcome"] for each in document["tests"]}

    def validate_side_by_side(self, orders):
        """What comes of validate(*order) for each of them, in their order."""
        with ThreadPoolExecutor(os.cpu_count()) as at_once:
            return list(at_once.map(lambda order: self.validate(*order), orders))

    def words_for(self, fixture, test):
        settings = ("--settings", self.settings) if test.startswith("server-") or fixture in HANGING else ()
        return (*settings, *(("--time", "5") if fixture in HANGING else ()))

    def assert_found(self, validated, test, outcome, said):
        status, document = validated
        told = {each["id"]: each for each in document["tests"]}
        self.assertEqual(told[test]["outcome"], outcome, told[test])
        self.assertIn(said, " ".join(told[test]["details"]))
        self.assertEqual(status, DONE if outcome == "warning" else FAILED)
        others = {id: each for id, each in told.items() if id != test and each["outcome"] not in ("success", "skipped")}
        if outcome == "crashed" and test == "calm-world":  # all else is tried without the method that ended the process
            unlike = [id for id in AFTER_A_CRASH if told[id]["outcome"] != "success"]
            self.assertEqual(unlike, [], told)
        if others.get("load", {}).get("outcome") == "warning":  # of a cold disk
            del others["load"]
        self.assertEqual(others, {})
        # Only what cannot be tried without it is skipped because of it.
        if outcome == "warning":
            skipped = [id for id, each in told.items() if each["outcome"] == "skipped" and not id.startswith("server-")]
            self.assertEqual(skipped, ["memory"] if SANITIZED else [])

    def test_each_fault_is_found_by_its_test_and_by_no_other(self):
        found = {each: of for each, of in FOUND.items() if not (SANITIZED and each in OF_MEMORY)}
        orders = [(FAULTS / fixture, *self.words_for(fixture, test), "--seed", "1") for fixture, (test, _, _) in found.items()]
        for (fixture, expected), validated in zip(found.items(), self.validate_side_by_side(orders)):
            with self.subTest(fixture):
                self.assert_found(validated, *expected)

    def test_the_faults_of_files_and_of_loading_are_found(self):
        validated = self.validate_side_by_side([(FAULTS / fixture,) for fixture, _, _ in FOUND_IN_FILES])
        for (fixture, test, said), (_, document) in zip(FOUND_IN_FILES, validated):
            with self.subTest(fixture):
                told = {each["id"]: each for each in document["tests"]}
                self.assertEqual(told[test]["outcome"], "failed", told[test])
                self.assertIn(said, " ".join(told[test]["details"]))

    def test_the_faults_of_texts_and_of_the_folder_are_found(self):
        for test, (break_it, outcome, said) in FOUND_IN_TEXTS.items():
            with self.subTest(test):
                folder = self.directory / f"broken-{test}" / "rest_chat"
                shutil.copytree(FAULTS / "rest_chat", folder)
                break_it(folder)
                _, document = self.validate(folder, "--only", test)
                (told,) = document["tests"]
                self.assertEqual(told["outcome"], outcome, told)
                self.assertIn(said, " ".join(told["details"]))

    def test_every_test_finds_a_fault(self):
        listed = json.loads(self.commhost("plugin", "validate", "--list", "--json").stdout)["tests"]
        finding = {test for test, _, _ in FOUND.values()} | {test for _, test, _ in FOUND_IN_FILES} | FOUND_IN_TEXTS.keys()
        self.assertEqual({each["id"] for each in listed} - finding, set())

    def test_a_crash_while_it_is_loaded_costs_a_child_and_what_comes_after_it(self):
        status, document = self.validate(FAULTS / "crashes_on_load")
        outcomes = self.outcomes(document)
        self.assertEqual((status, outcomes["binary"], outcomes["load"]), (FAILED, "success", "crashed"))
        self.assertEqual(document["counts"]["crashed"], 1)

    def test_a_plugin_without_a_fault_passes_everything(self):
        self.chat.rooms.clear()  # of the fixtures that do not delete theirs
        status, document = self.validate(FAULTS / "rest_chat", "--settings", self.settings)
        not_passed = [each for each in document["tests"] if each["outcome"] != "success" and each["id"] != "load"]
        without = ["server-repair", "server-leavers"]  # which its class has not
        self.assertEqual([each["id"] for each in not_passed], (["memory"] if SANITIZED else []) + without, not_passed)
        self.assertEqual(status, DONE)
        self.assertEqual(self.chat.rooms, {})
        self.assertEqual([document[each] for each in ("plugin", "version", "release")], ["rest_chat", 2026112200, "1.0.0"])

    def test_who_sets_right_what_it_finds_passes_and_what_is_right_is_not_tried(self):
        words = ("--settings", self.settings, "--only", "server-repair", "--only", "diagnosis")
        self.chat.limited = True
        status, document = self.validate(FAULTS / "repairs_limit", *words)
        self.assertEqual((status, document["counts"]["success"]), (DONE, 2), document)
        self.assertFalse(self.chat.limited)
        _, document = self.validate(FAULTS / "repairs_limit", *words)
        self.assertEqual(self.outcomes(document), {"diagnosis": "success", "server-repair": "skipped"})
        self.chat.limited = True

    def test_who_reads_by_post_writes_nothing(self):
        status, document = self.validate(FAULTS / "reads_by_post", "--settings", self.settings, "--only", "server-unchanged")
        self.assertEqual((status, document["counts"]["success"]), (DONE, 1), document)

    def test_what_others_can_write_is_warned_of(self):
        folder = self.directory / "writable" / "rest_chat"
        shutil.copytree(FAULTS / "rest_chat", folder)
        (folder / "settings.json").chmod(0o666)
        _, document = self.validate(folder, "--only", "folder")
        self.assertEqual(document["tests"][0]["outcome"], "warning", document)
        self.assertIn("PLUGIN_WRITABLE", document["tests"][0]["details"][0])

    def test_where_settings_cannot_be_read_nobody_is_told_to_give_them(self):
        folder = self.directory / "no_schema" / "rest_chat"
        shutil.copytree(FAULTS / "rest_chat", folder)
        (folder / "settings.json").write_text("{")
        _, document = self.validate(folder, "--settings", self.settings)
        told = {each["id"]: each for each in document["tests"]}
        self.assertIn("'settings' has to succeed first", told["server-room"]["details"][0])

    def test_the_fixture_good_the_link_and_matrix_pass_without_a_server(self):
        folders = [(FAULTS / "good",), (PLUGINS / "customlink",), (PLUGINS / "matrix",)]
        for (folder,), (status, document) in zip(folders, self.validate_side_by_side(folders)):
            with self.subTest(folder.name):
                self.assertEqual((status, document["counts"]["failed"], document["counts"]["crashed"]), (DONE, 0, 0), document)
                needing = [each for each in document["tests"] if each["id"].startswith("server-")]
                self.assertEqual({each["outcome"] for each in needing}, {"skipped"})
                self.assertIn("--settings FILE", needing[0]["details"][0])

    def test_a_seed_plays_the_same_random_run_again(self):
        # A fault that random worlds find and that is told with its place in the run.
        orders = [(FAULTS / "trusts_json", "--only", "random-world", "--seed", seed) for seed in ("7", "7", "9")]
        runs = [document for _, document in self.validate_side_by_side(orders)]
        self.assertEqual([run["seed"] for run in runs], [7, 7, 9])
        (first,), (again,), (other,) = (run["tests"] for run in runs)
        self.assertEqual(first["outcome"], "failed")
        self.assertEqual(first["details"], again["details"])
        self.assertIn("--seed 7", " ".join(first["details"]))
        self.assertIn("--seed 9", " ".join(other["details"]))

    def test_only_some_tests_are_run_and_a_seed_is_made_up_where_none_is_given(self):
        status, document = self.validate(FAULTS / "rest_chat", "--only", "strings", "--only", "load")
        self.assertEqual((status, list(self.outcomes(document))), (DONE, ["strings", "load"]))
        self.assertGreater(document["seed"], 0)

    def test_a_run_in_which_nothing_could_be_tried_does_not_pass(self):
        # A required setting for which nothing fits that could be made up.
        folder = self.directory / "nothing_fits" / "rest_chat"
        shutil.copytree(FAULTS / "rest_chat", folder)
        schema = json.loads((folder / "settings.json").read_text())
        of_rooms = {"name": "code", "type": "text", "required": True, "pattern": "Q[0-9]{3}z", "label": "pluginname", "help": "description"}
        (folder / "settings.json").write_text(json.dumps({**schema, "room": [of_rooms]}))
        status, document = self.validate(folder)
        failed = [each for each in document["tests"] if each["outcome"] == "failed"]
        self.assertEqual((status, [each["id"] for each in failed]), (FAILED, ["load"]))
        self.assertIn("room/code. Give them with --settings FILE", failed[0]["details"][0])
        given = self.directory / "given.json"
        given.write_text(json.dumps({"site": {"address": self.chat.url, "token": TOKEN}, "room": {"code": "Q123z"}}))
        self.assertEqual(self.validate(folder, "--settings", given, "--only", "load")[0], DONE)

    def test_what_is_asked_for_by_its_name_and_is_skipped_does_not_pass(self):
        status, document = self.validate(FAULTS / "rest_chat", "--only", "server-room")
        self.assertEqual((status, self.outcomes(document)), (FAILED, {"server-room": "skipped"}))

    def test_what_could_not_be_seen_in_memory_is_said(self):
        status, document = self.validate(FAULTS / "wants_envelope")
        told = {each["id"]: each for each in document["tests"]}
        unseen = [id for id, each in told.items() if each["outcome"] == "skipped" and "no method succeeded" in each["details"][0]]
        self.assertEqual(unseen, ["cancellation", "processes", "descriptors", "memory"] if not SANITIZED else unseen, document)
        self.assertEqual((status, told["calm-world"]["outcome"]), (DONE, "warning"))
        self.assertIn("create_chat_room was never seen to succeed here", " ".join(told["calm-world"]["details"]))

    def test_an_address_that_has_a_default_leads_to_the_closed_port_as_well(self):
        folder = self.directory / "with_default" / "rest_chat"
        shutil.copytree(FAULTS / "rest_chat", folder)
        schema = json.loads((folder / "settings.json").read_text())
        del schema["site"][0]["required"]
        schema["site"][0]["default"] = "https://chat.example.org"
        (folder / "settings.json").write_text(json.dumps(schema))
        status, document = self.validate(folder, "--only", "refused-connection")
        self.assertEqual((status, document["tests"][0]["outcome"]), (DONE, "success"), document)

    def test_a_server_that_does_not_answer_is_no_crash_and_is_gone_to_once(self):
        silent = RestChat(TOKEN)
        self.addCleanup(silent.server_close)
        self.addCleanup(silent.shutdown)
        over = threading.Event()
        self.addCleanup(over.set)
        silent.before_answer = lambda method, path: path.startswith("/rooms/") and over.wait()
        settings = self.directory / "silent.json"
        settings.write_text(json.dumps({"site": {"address": silent.url, "token": TOKEN}}))
        # A request gets a quarter of this time, and a second try.
        status, document = self.validate(FAULTS / "rest_chat", "--settings", settings, "--time", "8")
        outcomes = self.outcomes(document)
        self.assertEqual((status, document["counts"]["crashed"], outcomes["server-life"]), (FAILED, 0, "failed"), document)
        going_there = {outcome for id, outcome in outcomes.items() if id.startswith("server-") and id != "server-life"}
        self.assertEqual((going_there, outcomes["server-left"], outcomes["no-network"]), ({"skipped", "failed"}, "failed", "success"))
        (left,) = [each for each in document["tests"] if each["id"] == "server-left"]
        self.assertRegex(" ".join(left["details"]), "key validate-room-[0-9a-f]{24} may still be on the server")

    def test_what_was_made_is_deleted_when_somebody_interrupts_it(self):
        chat = RestChat(TOKEN)
        self.addCleanup(chat.server_close)
        self.addCleanup(chat.shutdown)
        settings = self.directory / "interrupted.json"
        settings.write_text(json.dumps({"site": {"address": chat.url, "token": TOKEN}}))
        over = threading.Event()
        self.addCleanup(over.set)
        started = queue.Queue()

        def interrupt(method, path):
            if method == "PUT" and "/members/" in path:
                process = started.get()
                process.send_signal(signal.SIGINT)
                over.wait()

        chat.before_answer = interrupt
        words = ["plugin", "validate", FAULTS / "rest_chat", "--settings", settings, "--json"]
        process = self.start(*words)
        started.put(process)
        report, _ = process.communicate()
        self.assertEqual((process.returncode, chat.rooms), (FAILED, {}))
        told = {each["id"]: each for each in json.loads(report)["tests"]}
        self.assertIn("validate-room-", told["server-left"]["details"][0]["values"]["room"])
        self.assertEqual((told["server-life"]["outcome"], list(told)[-1]), ("skipped", "server-left"))
        self.assertIn("was deleted now", told["server-left"]["details"][0]["text"])

    def test_what_is_no_test_no_seed_or_no_folder_is_said(self):
        for words in (["x", "--only", "nothing"], ["x", "--seed", "-1"], ["x", "--seed", "one"], []):
            with self.subTest(words):
                ended = self.commhost("plugin", "validate", *words)
                self.assertEqual((ended.returncode, ended.stdout), (WRONG_USAGE, ""), ended.stderr)
        self.assertEqual(self.commhost("plugin", "validate", self.directory / "none").returncode, FAILED)

    def test_settings_that_the_plugin_does_not_declare_are_refused(self):
        wrong = self.directory / "wrong.json"
        wrong.write_text(json.dumps({"site": {"adress": self.chat.url, "token": TOKEN}}))
        ended = self.commhost("plugin", "validate", FAULTS / "rest_chat", "--settings", wrong)
        self.assertEqual(ended.returncode, FAILED)
        self.assertIn("adress", ended.stderr)

    def test_the_list_says_what_each_test_asks_in_the_readers_language(self):
        listed = json.loads(self.commhost("plugin", "validate", "--list", "--json").stdout)["tests"]
        self.assertIn({"id": "silence", "sentence": "Nothing is written to standard output or standard error", "needs_server": False}, listed)
        self.assertGreater(len(listed), 50)
        german = self.commhost("plugin", "validate", "--list", language="de_DE.UTF-8").stdout
        self.assertIn("Auf Standardausgabe und Standardfehler wird nichts geschrieben", german)
        self.assertEqual(self.commhost("plugin", "validate", "--list").returncode, DONE)

    def test_for_people_there_is_a_line_for_each_test_and_a_sum(self):
        ended = self.commhost("plugin", "validate", FAULTS / "prints", "--only", "silence", "--only", "load", "--seed", "5")
        self.assertEqual(ended.returncode, DONE)
        self.assertRegex(ended.stdout, r"(?m)^success +load: It is loaded")
        self.assertRegex(ended.stdout, r"(?m)^warning +silence: .*\n +It printed: a room!")
        self.assertIn("prints: 1 success, 1 warning, 0 skipped, 0 failed, 0 crashed; seed 5", ended.stdout)

    def test_no_secret_is_in_the_report(self):
        # tells_secrets has no setting but its token, and gives it away in all that it says, prints and hands out.
        only_token = self.directory / "only_token.json"
        only_token.write_text(json.dumps({"site": {"token": TOKEN}}))
        for fault, settings in (("secret_in_log", self.settings), ("tells_secrets", only_token)):
            with self.subTest(fault):
                ended = self.commhost("plugin", "validate", FAULTS / fault, "--settings", settings, "--json")
                self.assertIn("***", ended.stdout)
                self.assertNotIn(TOKEN, ended.stdout + ended.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
