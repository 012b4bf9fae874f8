"""`commhost roster undo` and `roster export` on the built program."""

import json
import os
import pty
import sqlite3
import subprocess
import unittest

from roster_program import DONE, PENDING, PROGRAM, RosterProgram, school


EVERYBODY = range(1, 10)
ALL = [f"p{each}" for each in EVERYBODY]


class Undo(RosterProgram):
    def undo(self, *words):
        return self.asked(DONE, "undo", "--yes", *words)

    def hold(self):
        self.apply(school(EVERYBODY))
        return self.apply(school([1, 2]), status=PENDING)["held"]

    def test_the_last_apply_is_taken_back_and_that_too(self):
        self.apply(school([1, 2, 3]))
        self.apply(school([1, 2]))
        self.assertIsNotNone(self.undo()["undone"])
        self.assertEqual(self.members(), ["p1", "p2", "p3"])
        self.undo()
        self.assertEqual(self.members(), ["p1", "p2"])

    def test_each_source_has_its_own_last_apply(self):
        self.apply(school([1, 2, 3]))
        club = school([], [20], scope="partial", instances=[{"id": "k1", "name": "Chess"}])
        self.apply(club, "--source-name", "clubs")
        self.undo("--source", "default")
        self.refused("ROSTER_SOURCE_UNKNOWN", "export")
        self.assertEqual(len(json.loads(self.run_roster("export", "--source", "clubs").stdout)["users"]), 1)

    def test_what_changed_since_is_named_and_nothing_is_undone(self):
        self.apply(school([1, 2, 3]))
        self.apply(school([1, 2]))
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            database.execute("update directory_membership set changed = changed + 1000000")
            database.execute("insert into directory_membership (instance_id, user_id, source, reference, role, room_role, "
                             "status, changed) select i.id, u.id, 'default', '', 'student', 0, 0, 0 from directory_instance i, "
                             "directory_user u where u.external_id = 'p3'")
        error = self.refused("ROSTER_UNDO_MOVED", "undo")
        self.assertEqual(error["arguments"]["names"], "'p3 in school/course/c1'")
        self.assertEqual(self.members(), ["p1", "p2", "p3"])

    def test_a_source_without_an_apply_has_nothing_to_undo(self):
        self.refused("ROSTER_UNDO_NOTHING", "undo")

    def test_an_import_that_changes_nothing_is_no_apply_to_undo(self):
        self.apply(school([1, 2]))
        self.apply(school([1]))
        self.apply(school([1]))
        self.undo()
        self.assertEqual(self.members(), ["p1", "p2"])

    def test_an_import_that_is_taken_back_was_no_complete_read(self):
        self.configure({"removals": {"after_reads": 3}})
        other = {**school(range(2, 10)), "users": school([])["users"][::-1]}
        self.apply(school(EVERYBODY))
        self.apply(school(range(2, 10)))
        self.apply(other)
        self.undo()
        self.apply(school(range(2, 10)))
        self.apply(other)
        self.assertEqual(self.members(), ALL)
        self.apply({**other, "users": other["users"][1:] + other["users"][:1]})
        self.assertEqual(self.members(), ALL[1:])

    def test_where_nobody_can_be_asked_it_wants_yes_and_says_what_would_be_taken_back(self):
        self.apply(school([1, 2, 3]))
        self.apply(school([1, 2, 4]))
        question = self.refused("CLI_NOT_CONFIRMED", "undo")["arguments"]["question"]
        for part in ("import 2 of 20", "source 'default'", "memberships: 1 added, 0 changed, 1 removed"):
            self.assertIn(part, question)
        self.assertNotIn("above the limits", question)
        self.assertEqual(self.members(), ["p1", "p2", "p4"])

    def test_a_dry_run_shows_it_and_changes_nothing(self):
        self.apply(school([1, 2, 3]))
        self.apply(school([1, 2, 4]))
        shown = self.asked(PENDING, "undo", "--dry-run")
        self.assertEqual((shown["cause"], shown["source"]), ("import 2", "default"))
        self.assertEqual(shown["memberships"], {"added": 1, "changed": 0, "removed": 1})
        self.assertEqual((shown["removals"]["removed"], shown["removals"]["above_limits"]), (1, 0))
        self.assertNotIn("undone", shown)
        self.assertIn("1 of 3 members", self.run_roster("undo", "--dry-run").stdout)
        self.assertEqual(self.members(), ["p1", "p2", "p4"])
        self.assertEqual(self.undo()["memberships"], {"added": 1, "changed": 0, "removed": 1})

    def test_removals_above_the_limits_are_told_and_not_held(self):
        self.apply(school([1]))
        self.apply(school(EVERYBODY))
        question = self.refused("CLI_NOT_CONFIRMED", "undo")["arguments"]["question"]
        self.assertIn("8 of 9 members", question)
        self.assertIn("8 of these are above the limits", question)
        shown = self.asked(PENDING, "undo", "--dry-run")["removals"]
        self.assertEqual((shown["removed"], shown["above_limits"]), (8, 8))
        self.assertEqual(shown["rooms"][0]["because"], "room")
        self.assertIn("8 of 8 removals", self.run_roster("undo", "--dry-run").stdout)
        self.undo()
        self.assertEqual(self.members(), ["p1"])
        self.assertEqual(self.asked(DONE, "held"), [])

    def test_within_a_pause_it_says_so(self):
        self.apply(school([1, 2]))
        self.apply(school([1, 2, 3]))
        self.configure({"pauses": [{"from": "2000-01-01", "until": "2999-01-01", "what": "removals"}]})
        question = self.refused("CLI_NOT_CONFIRMED", "undo")["arguments"]["question"]
        self.assertIn("It is a pause, in which imports remove nobody before 2999-01-01", question)
        self.undo()
        self.assertEqual(self.members(), ["p1", "p2"])

    def test_of_an_import_of_which_everything_was_held_only_that_is_dropped(self):
        held = self.hold()
        question = self.refused("CLI_NOT_CONFIRMED", "undo")["arguments"]["question"]
        self.assertIn("It changed nothing", question)
        self.assertIn("7 removals that it held are held no more", question)
        done = self.undo()
        self.assertEqual((done["memberships"]["added"], done["held_dropped"], done["held_again"]), (0, 7, 0))
        self.assertEqual(self.members(), ALL)
        self.assertEqual(self.asked(DONE, "held"), [])
        self.refused("ROSTER_HELD_UNKNOWN", "approve", held["id"], "--reason", "late")
        # Once more: what was dropped waits again.
        self.assertEqual(self.undo()["held_again"], 7)
        self.assertIn("held no more", self.run_roster("undo", "--yes").stdout)
        self.assertIn("7 removals that were held before it wait again", self.run_roster("undo", "--dry-run").stdout)
        self.assertEqual(self.asked(PENDING, "undo", "--dry-run")["held_again"], 7)

    def test_what_changes_while_the_admin_is_asked_is_not_undone_with_it(self):
        self.apply(school([1, 2, 3]))
        self.apply(school([1, 2]))
        leader, follower = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        asking = subprocess.Popen(
            [PROGRAM, "--config", "commhost.json", "roster", "undo", "--json"],
            cwd=self.directory, env=environment, stdin=follower, stderr=follower, stdout=subprocess.PIPE, text=True,
        )
        os.close(follower)
        heard = b""
        while b"[yes/no]" not in heard:
            heard += os.read(leader, 4096)
        self.apply(school([1, 2, 4]))
        os.write(leader, b"yes\n")
        answer = json.loads(asking.communicate()[0])
        os.close(leader)
        self.assertEqual(answer["error"]["code"], "DIRECTORY_MOVED")
        self.assertEqual(self.members(), ["p1", "p2", "p4"])


class Export(RosterProgram):
    def test_what_is_exported_says_nothing_new_and_makes_the_same_elsewhere(self):
        self.apply(school([1, 2, 3]))
        self.assertEqual(self.run_roster("export", "--output", "export.json").returncode, DONE)
        self.assertTrue(self.asked(DONE, "plan", "export.json"))
        self.asked(DONE, "apply", "export.json", state="another")
        again = self.run_roster("export", state="another")
        self.assertEqual(again.stdout, (self.directory / "export.json").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
