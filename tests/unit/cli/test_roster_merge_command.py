"""`commhost roster merge` and `roster unmerge`: two people of a roster who are one by an admin's word."""

import json
import os
import subprocess
import unittest

from roster_program import DONE, PROGRAM, USAGE, RosterProgram, school

WHY = ("--reason", "registered twice")


class Merge(RosterProgram):
    def merged(self, user):
        """Who somebody is by now."""
        return self.run_program("privacy", "export", user)["merged_into"]

    def run_program(self, *words):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        command = [PROGRAM, "--config", "commhost.json", *words, "--json"]
        ended = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True)
        self.assertEqual(ended.returncode, DONE, ended.stdout + ended.stderr)
        return json.loads(ended.stdout)

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

    def test_what_a_roster_says_holds_again(self):
        document = school([1, 2])
        document["users"][0]["merged_into"] = "p2"
        self.apply(document)
        self.asked(DONE, "merge", "p1", "p3", "--yes", *WHY)
        exported = self.asked(DONE, "export")["users"]
        self.assertEqual(exported[0]["merged_into"], "p2")
        question = self.refused("CLI_NOT_CONFIRMED", "unmerge", "p1", *WHY)["arguments"]["question"]
        self.assertIn("A roster says that p1", question)
        done = self.asked(DONE, "unmerge", "p1", "--yes", *WHY)
        self.assertEqual(done["unmerged"], {"user": "p1", "into": "p2"})
        self.assertEqual(self.merged("p1"), "p2")
        told = [each for each in self.run_program("audit")["audit"] if "merged" in each["action"]]
        self.assertEqual(
            {each["action"]: (each["before"], each["after"]) for each in told},
            {
                "user_merged": ({"merged_into": "p2"}, {"merged_into": "p3"}),
                "user_unmerged": ({"merged_into": "p3"}, {"merged_into": "p2"}),
            },
        )

    def test_it_is_said_where_nobody_gets_the_place(self):
        document = school([1, 2])
        document["users"][0]["merged_into"] = "p2"
        self.apply(document)
        self.asked(DONE, "merge", "p1", "p3", "--yes", *WHY)
        document["users"][1]["status"] = "suspended"
        self.apply(document)
        question = self.refused("CLI_NOT_CONFIRMED", "unmerge", "p1", *WHY)["arguments"]["question"]
        self.assertIn("is p2, who is suspended or deleted", question)

    def test_whoever_is_somebody_else_by_it_is_in_the_audit(self):
        document = school([1, 2])
        document["users"][0]["merged_into"] = "p2"
        self.apply(document)
        self.asked(DONE, "merge", "p2", "p3", "--yes", *WHY)
        self.asked(DONE, "unmerge", "p2", "--yes", *WHY)
        told = [(each["before"], each["after"]) for each in self.run_program("audit", "--user", "p1")["audit"]
                if each["action"] == "user_changed"]
        there, back = {"merged_into": "p2"}, {"merged_into": "p3"}
        self.assertCountEqual(told, [(there, back), (back, there)])

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
