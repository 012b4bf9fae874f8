"""`commhost audit` and `commhost room explain` on the built program: each change by a command is a row with who and why, and
a person's standing in a room is told in one paragraph."""

import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, CHANGES_PENDING, WRONG_USAGE = 0, 1, 2, 64


def person(number):
    return {
        "id": f"u{number}",
        "username": f"login{number}",
        "display_name": f"Person {number}",
        "email": f"u{number}@school.example",
    }


class Audit(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-audit-"))
        self.addCleanup(shutil.rmtree, self.directory)
        for plugin in ("good", "tells_secrets"):
            shutil.copytree(FAULTS / plugin, self.directory / "plugins" / plugin)
        subprocess.run(["chmod", "-R", "go-w", self.directory / "plugins"], check=True)
        self.configure()

    def configure(self, **more):
        (self.directory / "commhost.json").write_text(json.dumps({"default_provider": "good"} | more))

    def run_program(self, *words, given="", language="C.UTF-8"):
        environment = {
            "PATH": os.environ["PATH"],
            "COMMHOST_STATE_DIRECTORY": str(self.directory / "state"),
            "LC_ALL": language,
        }
        command = [PROGRAM, "--config", "commhost.json", "--plugin-root", "plugins", *words]
        return subprocess.run(
            command, cwd=self.directory, env=environment, input=given, capture_output=True, text=True
        )

    def commhost(self, *words, given=""):
        ended = self.run_program(*words, "--json", given=given)
        self.assertTrue(ended.stdout, ended.stderr)
        return ended.returncode, json.loads(ended.stdout)

    def apply(self, people, status="active", ends=DONE):
        """A school whose class 7a has these people, by number and role."""
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [person(1), person(2)],
            "instances": [{"id": "7a", "name": "Class 7a", "status": status}],
            "memberships": [
                {"instance": "7a", "user": f"u{number}", "role": role} for number, role in people.items()
            ],
        }
        (self.directory / "roster.json").write_text(json.dumps(document))
        status, applied = self.commhost("roster", "apply", "roster.json")
        self.assertEqual(status, ends, applied)

    def rows(self, *words):
        status, document = self.commhost("audit", *words)
        self.assertEqual(status, DONE, document)
        return document["audit"]

    def explain(self, user):
        status, document = self.commhost("room", "explain", "7a", user)
        self.assertEqual(status, DONE, document)
        return document["standing"], [each["word"] for each in document["findings"]], document

    def admin(self):
        number = int(Path("/proc/self/loginuid").read_text())
        return f"admin:{pwd.getpwuid(os.getuid() if number == 0xFFFFFFFF else number).pw_name}"

    def test_an_import_is_told_by_class_and_its_removals_and_roles_by_person(self):
        self.apply({1: "student", 2: "student"})
        self.assertEqual(
            [each["action"] for each in self.rows()],
            ["roster_applied", "memberships_added", "instance_added", "user_added", "user_added"],
        )
        self.apply({1: "teacher"})
        applied, changed, removed = self.rows("--limit", "3")
        self.assertEqual(
            (applied["action"], applied["actor"], applied["cause"]), ("roster_applied", self.admin(), "import 2")
        )
        self.assertEqual(applied["after"]["memberships"], {"added": 0, "changed": 1, "removed": 1})
        self.assertEqual((changed["action"], changed["user"]), ("membership_changed", "u1"))
        self.assertEqual(changed["before"]["role"], "student")
        self.assertEqual(changed["after"]["role"], "teacher")
        self.assertEqual((removed["action"], removed["user"]), ("membership_removed", "u2"))
        self.assertEqual(
            (removed["actor"], removed["cause"], removed["instance"]),
            ("roster:default", "import 2", "school/course/7a"),
        )
        self.assertEqual(removed["before"]["role"], "student")

    def test_rows_are_found_by_person_room_action_and_time(self):
        self.apply({1: "student", 2: "student"})
        self.apply({1: "student"})
        self.assertEqual([each["action"] for each in self.rows("--user", "u2")], ["membership_removed", "user_added"])
        self.assertEqual(self.rows("--user", "login2"), self.rows("--user", "u2"))
        self.assertEqual([each["user"] for each in self.rows("--action", "membership_removed")], ["u2"])
        self.assertEqual(
            {each["action"] for each in self.rows("--room", "7a")},
            {"membership_removed", "memberships_added", "instance_added"},
        )
        self.assertEqual(self.rows("--until", "1h"), [])
        self.assertEqual(len(self.rows("--since", "1h")), 7)
        self.assertEqual(self.rows("--since", "2999-01-01"), [])
        self.assertEqual(len(self.rows("--until", "2999-01-01T08:00Z")), 7)
        status, some = self.commhost("audit", "--limit", "6")
        self.assertEqual((len(some["audit"]), some["more"]), (6, True))
        self.assertFalse(self.commhost("audit", "--limit", "7")[1]["more"])

    def test_what_is_no_time_and_nobody_is_refused(self):
        self.apply({})
        for words, status, code in (
            (("--since", "yesterday"), WRONG_USAGE, "CLI_TIME"),
            (("--user", "nobody"), FAILED, "DIRECTORY_USER"),
            (("--room", "8b"), FAILED, "ROOM_UNKNOWN"),
        ):
            ended, refused = self.commhost("audit", *words)
            self.assertEqual((ended, refused["error"]["code"]), (status, code))

    def test_each_command_that_changes_something_is_a_row_by_the_admin(self):
        self.apply({1: "student"})
        last = self.rows("--limit", "1")[0]["id"]
        self.commhost("settings", "set", "tells_secrets", "token", given="hunter2")
        self.commhost("settings", "unset", "tells_secrets", "token")
        self.commhost("settings", "unset", "tells_secrets", "token")
        self.commhost("plugin", "disable", "tells_secrets")
        self.commhost("plugin", "enable", "tells_secrets")
        self.commhost("room", "sync", "7a")
        self.commhost("room", "sync", "--all")
        task = str(self.commhost("task", "list")[1]["tasks"][0]["id"])
        self.commhost("task", "retry", task)
        self.commhost("task", "cancel", task)
        self.commhost("task", "cancel", task)
        self.commhost("plugin", "uninstall", "tells_secrets")
        told = [each for each in reversed(self.rows()) if each["id"] > last]
        self.assertEqual(
            [(each["action"], each["name"]) for each in told],
            [
                ("setting_set", "tells_secrets/token"),
                ("setting_unset", "tells_secrets/token"),
                ("plugin_disabled", "tells_secrets"),
                ("plugin_enabled", "tells_secrets"),
                ("room_sync_asked", ""),
                ("rooms_sync_asked", ""),
                ("task_retried", "reconcile/1"),
                ("task_cancelled", "reconcile/1"),
                ("plugin_uninstalled", "tells_secrets"),
            ],
        )
        self.assertEqual({(each["actor"], each["cause"]) for each in told}, {(self.admin(), "command")})
        self.assertEqual((told[0]["before"], told[0]["after"]), (None, {"value": "(set)"}))
        self.assertEqual((told[1]["before"], told[1]["after"]), ({"value": "(set)"}, None))
        self.assertEqual((told[4]["room"], told[4]["instance"]), (1, "school/course/7a"))
        self.assertEqual(told[7]["room"], 1)
        self.assertNotIn("hunter2", json.dumps(told))

    def test_an_installed_plugin_is_a_row_with_its_release(self):
        package = self.directory / "package" / "tells_secrets"
        package.parent.mkdir()
        shutil.move(self.directory / "plugins" / "tells_secrets", package)
        self.assertEqual(self.commhost("plugin", "install", str(package), "--root", "plugins")[0], DONE)
        (row,) = self.rows("--action", "plugin_installed")
        release = json.loads((package / "version.json").read_text())["release"]
        self.assertEqual((row["name"], row["before"], row["after"]), ("tells_secrets", None, {"release": release}))

    def test_the_schedule_removes_what_was_kept_for_long_enough(self):
        self.configure(audit={"keep": "1d"})
        self.apply({})
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            database.execute("update audit set at = at - 90000000 where action = 'user_added'")
            database.execute("update task_schedule set next_due = 0 where name = 'audit_clean_up_task'")
        database.close()
        self.assertEqual(len(self.rows("--action", "user_added")), 2)
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.assertEqual(self.rows("--action", "user_added"), [])
        self.assertEqual(len(self.rows("--action", "instance_added")), 1)

    def test_people_read_a_table_in_their_language(self):
        self.apply({1: "student", 2: "student"})
        self.apply({1: "student"})
        shown = self.run_program("audit", "--user", "u2", "--limit", "1", language="de_DE.UTF-8")
        self.assertIn("Mitgliedschaft entfernt", shown.stdout)
        self.assertIn("Person 2 (u2)", shown.stdout)
        self.assertIn("Nur die neueste Zeile", shown.stderr)

    def test_a_person_is_explained_by_stable_words(self):
        self.apply({1: "student"})
        standing, words, document = self.explain("login1")
        self.assertEqual((standing, words), ("not_yet", ["not_tried", "room_not_made", "task_due", "membership_in_force"]))
        self.assertEqual((document["user"], document["room"], document["instance"]), ("u1", 1, "school/course/7a"))
        self.assertEqual(document["findings"][-1]["source"], "default")
        self.assertIsNone(document["last_change"])
        self.assertEqual(self.explain("u2")[:2], ("not_in_room", ["no_membership"]))
        self.apply({1: "student", 2: "student"})
        self.apply({1: "student"})
        self.assertEqual(self.explain("u2")[2]["last_change"]["action"], "membership_removed")
        self.commhost("plugin", "disable", "good")
        standing, words, document = self.explain("u1")
        self.assertIn("provider_paused", words)
        self.assertIn("provider_unavailable", words)
        self.apply({1: "student"}, status="hidden")
        self.assertEqual(self.explain("u1")[:2], ("not_in_room", ["instance_hidden", "membership_in_force"]))

    def test_a_paragraph_in_the_reader_s_language_says_what_would_change_it(self):
        self.apply({1: "student"})
        english = self.run_program("room", "explain", "7a", "u2").stdout
        self.assertEqual(
            english,
            "Person 2 (u2) is not in the room 'Class 7a' at good. No source names this person as a member. "
            "Only another roster changes that ('commhost roster apply').\n",
        )
        german = self.run_program("room", "explain", "7a", "u2", language="de_DE.UTF-8").stdout
        self.assertEqual(
            german,
            "Person 2 (u2) ist nicht im Raum 'Class 7a' bei good. Keine Quelle nennt die Person als Mitglied. "
            "Das ändert nur eine andere Teilnehmerliste ('commhost roster apply').\n",
        )
        self.apply({1: "student", 2: "student"})
        self.apply({1: "student"})
        self.assertIn("Last change: membership removed, ", self.run_program("room", "explain", "7a", "u2").stdout)

    def test_a_removal_that_is_held_and_the_room_s_own_rules_are_explained(self):
        self.configure(removals={"per_room": {"number": 0}})
        self.apply({1: "student", 2: "student"})
        self.apply({1: "student"}, ends=CHANGES_PENDING)
        standing, words, document = self.explain("u2")
        self.assertEqual((standing, words[-1]), ("not_yet", "removal_held"))
        self.assertEqual(document["findings"][-1]["source"], "default")
        self.assertIn("'commhost roster approve'", document["text"])
        self.assertNotIn("removal_held", self.explain("u1")[1])
        self.assertEqual(self.commhost("roster", "approve", "1", "--reason", "they left")[0], DONE)
        self.assertEqual(self.explain("u2")[1], ["no_membership"])
        self.configure(pauses=[{"from": "2020-01-01", "until": "2999-01-01", "what": "removals"}])
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            database.execute("update communication set created = 1")
        database.close()
        self.commhost("room", "rules", "7a", "--unlisted", "keep")
        self.assertEqual(self.explain("u2")[1], ["no_membership", "unlisted_stay"])

    def test_who_froze_a_room_and_why_is_explained_and_how_it_goes_on(self):
        self.apply({1: "student"})
        self.assertEqual(self.commhost("room", "freeze", "7a", "--reason", "exam")[0], DONE)
        standing, words, document = self.explain("u1")
        self.assertEqual((standing, words), ("not_yet", ["not_tried", "room_held", "room_not_made", "membership_in_force"]))
        self.assertRegex(document["text"], r"The room is frozen since \S+ by \S+ \(exam\): ")
        self.assertIn("'commhost room thaw 1' has it go on.", document["text"])

    def test_a_held_removal_of_whoever_was_merged_into_the_person_is_explained(self):
        self.configure(removals={"per_room": {"number": 0}})
        self.apply({2: "student"})
        self.assertEqual(self.commhost("roster", "merge", "u2", "u1", "--yes", "--reason", "one")[0], DONE)
        self.assertEqual(self.explain("u1")[1][-1], "membership_in_force")
        self.assertIn("names u2, who is merged into this person, there as 'student'", self.explain("u1")[2]["text"])
        self.assertIn("'commhost roster unmerge u2 --reason TEXT' parts them", self.explain("u2")[2]["text"])
        self.apply({}, ends=CHANGES_PENDING)
        self.assertEqual(self.explain("u1")[1][-1], "removal_held")

    def test_every_word_of_a_finding_has_its_sentence(self):
        for language in ("en", "de"):
            texts = json.loads((Path(__file__).parents[3] / f"lang/{language}/core_communication.json").read_text())
            sources = (Path(__file__).parents[3] / "host/communication/explanation.cpp").read_text()
            for word in sources.split("finding_words{", 1)[1].split("};", 1)[0].split('string_view("')[1:]:
                self.assertIn("why_" + word.split('"')[0], texts)


if __name__ == "__main__":
    unittest.main(verbosity=2)
