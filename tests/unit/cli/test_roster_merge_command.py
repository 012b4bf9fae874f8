"""`commhost roster merge` and `roster unmerge`: two people of a roster who are one by an admin's word."""

import unittest

from roster_program import DONE, USAGE, RosterProgram, school

WHY = ("--reason", "registered twice")


class Merge(RosterProgram):
    def merged(self, user):
        """Who somebody is merged into, as an export of the roster has it."""
        people = self.asked(DONE, "export")["users"]
        return next(each for each in people if each["id"] == user).get("merged_into")

    def test_two_people_are_one_until_that_is_taken_back(self):
        self.apply(school([1, 2]))
        done = self.asked(DONE, "merge", "p1", "p3", "--yes", *WHY)
        self.assertEqual(done, {"merged": {"user": "p1", "into": "p3"}, "rooms_queued": 0})
        self.assertEqual(self.merged("p1"), "p3")
        done = self.asked(DONE, "unmerge", "login1", "--yes", "--reason", "two people after all")
        self.assertEqual(done["unmerged"], {"user": "p1", "into": None})
        self.assertIsNone(self.merged("p1"))

    def test_no_roster_takes_it_back(self):
        self.apply(school([1, 2]))
        self.asked(DONE, "merge", "p1", "p3", "--yes", *WHY)
        self.assertEqual(self.asked(DONE, "plan", self.write(school([1, 2])))["changes"]["users"]["updated"], [])
        self.apply(school([1, 2, 4]))
        self.assertEqual(self.merged("p1"), "p3")

    def test_a_plan_that_was_made_before_is_refused(self):
        self.apply(school([1, 2]))
        self.run_roster("plan", self.write(school([1])), "--output", "plan.json")
        self.asked(DONE, "merge", "p1", "p3", "--yes", *WHY)
        self.refused("DIRECTORY_MOVED", "apply", "plan.json")

    def test_it_is_asked_and_wants_a_reason(self):
        self.apply(school([1, 2]))
        question = self.refused("CLI_NOT_CONFIRMED", "merge", "p1", "p3", *WHY)["arguments"]["question"]
        self.assertIn("p1 (", question)
        self.assertIn("1 instance", question)
        self.refused("CLI_USAGE", "merge", "p1", "p3", "--yes", "--reason", " ", status=USAGE)
        self.assertIsNone(self.merged("p1"))

    def test_what_makes_no_sense_is_refused(self):
        document = school([1, 2])
        document["users"][8]["status"] = "suspended"
        self.apply(document)
        self.refused("DIRECTORY_MERGER_INACTIVE", "merge", "p1", "p9", "--yes", *WHY)
        self.refused("DIRECTORY_MERGER_ROUND", "merge", "p1", "p1", "--yes", *WHY)
        self.refused("DIRECTORY_MERGER_NONE", "unmerge", "p1", "--yes", *WHY)
        self.refused("DIRECTORY_USER", "merge", "p1", "nobody", "--yes", *WHY)


if __name__ == "__main__":
    unittest.main(verbosity=2)
