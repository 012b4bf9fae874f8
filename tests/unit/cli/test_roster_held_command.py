"""Removals above a limit: held by `commhost roster apply`, listed, approved and discarded."""

import datetime
import unittest

from roster_program import DONE, PENDING, USAGE, RosterProgram, school

EVERYBODY = range(1, 10)
ALL = [f"p{each}" for each in EVERYBODY]


def another_file(document):
    """The same roster in other bytes: another read."""
    return {**document, "users": document["users"][::-1]}


class Held(RosterProgram):
    def hold(self):
        self.apply(school(EVERYBODY))
        return self.apply(school([1, 2]), status=PENDING)["held"]

    def test_removals_above_the_limit_are_held_and_the_rest_is_applied(self):
        self.apply(school(EVERYBODY))
        done = self.apply(school([1, 2, 10], range(1, 11)), status=PENDING)
        self.assertEqual(self.members(), sorted([*ALL, "p10"]))
        self.assertEqual((done["held"]["removals"], done["held"]["of"]), (7, 7))
        self.assertEqual(
            done["held"]["rooms"],
            [{"instance": "school/course/c1", "name": "Physics", "members": 9, "removed": 7, "because": "room"}],
        )

    def test_an_admin_is_told_what_was_held_and_what_to_do(self):
        self.apply(school(EVERYBODY))
        told = self.run_roster("apply", self.write(school([1, 2])))
        self.assertEqual(told.returncode, PENDING)
        self.assertIn("7 of 7 removals are held", told.stderr)  # ROSTER_HELD
        self.assertIn("commhost roster approve 1 --reason", told.stderr)
        self.assertIn("school/course/c1", told.stdout)

    def test_a_plan_says_beforehand_what_would_be_held(self):
        self.apply(school(EVERYBODY))
        told = self.run_roster("plan", self.write(school([1, 2])))
        self.assertIn("7 of 7 removals", told.stdout)
        self.assertEqual(self.asked(DONE, "held"), [])

    def test_approving_removes_them(self):
        held = self.hold()
        listed = self.asked(DONE, "held")
        self.assertEqual([(each["id"], each["removals"], each["rooms"], each["because"]) for each in listed],
                         [(held["id"], 7, 1, "room")])
        self.assertIn("default", self.run_roster("held").stdout)
        done = self.asked(DONE, "approve", held["id"], "--reason", "end of term")
        self.assertEqual((done["decision"], done["reason"], done["left_out"]), ("approved", "end of term", 0))
        self.assertTrue(done["by"])
        self.assertEqual(self.members(), ["p1", "p2"])
        self.assertEqual(self.asked(DONE, "held"), [])
        self.refused("ROSTER_HELD_UNKNOWN", "approve", held["id"], "--reason", "again")

    def test_discarding_leaves_them_where_they_are(self):
        held = self.hold()
        done = self.asked(DONE, "discard", held["id"], "--reason", "the export was cut off")
        self.assertEqual(done["decision"], "discarded")
        self.assertEqual(self.members(), ALL)
        self.assertEqual(self.run_roster("held").returncode, DONE)
        self.refused("ROSTER_HELD_UNKNOWN", "discard", held["id"], "--reason", "again")

    def test_who_is_back_in_the_next_import_is_not_held_any_more(self):
        first = self.hold()
        self.assertIsNone(self.apply(school(EVERYBODY))["held"])
        self.assertEqual(self.asked(DONE, "held"), [])
        self.refused("ROSTER_HELD_UNKNOWN", "approve", first["id"], "--reason", "late")

    def test_what_was_decided_is_listed_with_who_when_and_why(self):
        self.assertEqual(self.asked(DONE, "held", "--decided"), [])
        self.assertIn("nobody has decided", self.run_roster("held", "--decided").stdout)
        first = self.hold()
        self.asked(DONE, "discard", first["id"], "--reason", "the export was cut off")
        second = self.apply(school([1, 2, 3]), status=PENDING)["held"]
        by = self.asked(DONE, "approve", second["id"], "--reason", "end of term")["by"]
        listed = self.asked(DONE, "held", "--decided")
        self.assertEqual(
            [(each["id"], each["removals"], each["decision"], each["by"], each["reason"]) for each in listed],
            [(second["id"], 6, "approved", by, "end of term"),
             (first["id"], 7, "discarded", by, "the export was cut off")],
        )
        self.assertTrue(all(each["decided_at"] >= each["at"] for each in listed))
        shown = self.run_roster("held", "--decided").stdout
        for part in ("DECISION", "approved", "discarded", "end of term", by):
            self.assertIn(part, shown)
        self.assertEqual(self.asked(DONE, "held"), [])

    def test_ends_that_are_moved_to_tomorrow_are_held(self):
        self.apply(school(EVERYBODY))
        document = school(EVERYBODY)
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        for each in document["memberships"]:
            each["ends"] = soon.strftime("%Y-%m-%d")
        held = self.apply(document, status=PENDING)["held"]
        self.assertEqual((held["removals"], held["rooms"][0]["because"]), (9, "room"))
        self.assertNotIn(document["memberships"][0]["ends"], self.run_roster("export").stdout)

    def test_the_same_file_read_again_is_no_further_read(self):
        self.configure({"removals": {"after_reads": 2}})
        self.apply(school(EVERYBODY))
        self.apply(school(range(2, 10)))
        self.asked(DONE, "plan", self.write(school(range(2, 10))))
        self.apply(school(range(2, 10)))
        self.assertEqual(self.members(), ALL)

    def test_a_plan_of_the_same_file_is_no_further_read_either(self):
        self.configure({"removals": {"after_reads": 2}})
        self.apply(school(EVERYBODY))
        self.run_roster("plan", self.write(school(range(2, 10))), "--output", "plan.json")
        self.asked(DONE, "apply", "plan.json")
        self.apply(school(range(2, 10)))
        self.assertEqual(self.members(), ALL)
        self.apply(another_file(school(range(2, 10))))
        self.assertEqual(self.members(), ALL[1:])

    def test_a_decision_wants_a_reason(self):
        held = self.hold()
        self.refused("CLI_USAGE", "approve", held["id"], status=USAGE)
        self.refused("CLI_USAGE", "approve", held["id"], "--reason", "  ", status=USAGE)
        self.assertEqual(self.members(), ALL)

    def test_limits_are_configured(self):
        self.configure({"removals": {"per_room": {}, "total": {}}})
        self.apply(school(EVERYBODY))
        self.assertIsNone(self.apply(school([1]))["held"])
        self.configure({"removals": {"total": {"number": 0}}})
        self.assertEqual(self.apply(school([]), status=PENDING)["held"]["rooms"][0]["because"], "total")

    def test_within_a_pause_nobody_is_removed(self):
        self.apply(school(EVERYBODY))
        self.configure({"pauses": [{"from": "2000-01-01", "until": "2999-01-01", "what": "removals"}]})
        held = self.apply(school(range(2, 10)), status=PENDING)["held"]
        self.assertEqual((held["removals"], held["until"]), (1, "2999-01-01T00:00:00Z"))
        self.assertIn("2999-01-01", self.run_roster("apply", self.write(school(range(2, 10)))).stderr)
        self.configure({})
        self.assertIsNone(self.apply(school(range(2, 10)))["held"])
        self.assertEqual(self.members(), ALL[1:])

    def test_who_is_missed_once_goes_only_with_the_second_read_where_that_is_wanted(self):
        self.configure({"removals": {"after_reads": 2}})
        self.apply(school(EVERYBODY))
        self.apply(school(range(2, 10)))
        self.assertEqual(self.members(), ALL)
        self.apply(another_file(school(range(2, 10))))
        self.assertEqual(self.members(), ALL[1:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
