"""`commhost roster undo` and `roster export` on the built program."""

import json
import sqlite3
import unittest

from roster_program import DONE, RosterProgram, school


class Undo(RosterProgram):
    def test_the_last_apply_is_taken_back_and_that_too(self):
        self.apply(school([1, 2, 3]))
        self.apply(school([1, 2]))
        self.assertIsNotNone(self.asked(DONE, "undo")["undone"])
        self.assertEqual(self.members(), ["p1", "p2", "p3"])
        self.asked(DONE, "undo")
        self.assertEqual(self.members(), ["p1", "p2"])

    def test_each_source_has_its_own_last_apply(self):
        self.apply(school([1, 2, 3]))
        club = school([], [20], scope="partial", instances=[{"id": "k1", "name": "Chess"}])
        self.apply(club, "--source-name", "clubs")
        self.asked(DONE, "undo", "--source", "default")
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
        self.asked(DONE, "undo")
        self.assertEqual(self.members(), ["p1", "p2"])


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
