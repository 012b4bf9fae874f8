"""`commhost roster plan --output FILE` and `roster apply FILE`: just that plan, or nothing."""

import json
import os
import stat
import unittest
from pathlib import Path

import jsonschema
from roster_program import DONE, PENDING, USAGE, RosterProgram, school

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "host/roster/plan.schema.json").read_text())


class PlanFile(RosterProgram):
    def plan(self, document, name="plan.json"):
        ended = self.run_roster("plan", self.write(document), "--output", name)
        self.assertEqual(ended.returncode, PENDING, ended.stderr)
        self.assertIn(name, ended.stdout)
        return name

    def edit(self, name, change):
        file = self.directory / name
        text = file.read_text()
        self.assertNotEqual(change(text), text)
        file.write_text(change(text))

    def test_a_plan_is_applied_just_as_it_was_made_and_then_there_is_nothing_to_change(self):
        plan = self.plan(school([1, 2]))
        self.write(school([3]))  # What the roster says by now does not matter.
        done = self.asked(DONE, "apply", plan)
        self.assertEqual(done["memberships"], {"added": 2, "changed": 0, "removed": 0})
        self.assertEqual(self.members(), ["p1", "p2"])
        self.asked(DONE, "plan", self.write(school([1, 2])))

    def test_a_plan_says_what_it_is_in_the_form_of_its_schema(self):
        self.apply(school(range(1, 10)))
        plan = json.loads((self.directory / self.plan(school([1, 2]))).read_text())
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        jsonschema.validate(plan, SCHEMA)
        self.assertEqual(plan["source"], "default")
        self.assertEqual(plan["roster"]["name"], "roster.json")
        self.assertEqual(plan["counts"]["memberships"], {"added": 0, "changed": 0, "removed": 7})
        self.assertEqual(plan["by_instance"][0]["removed"], [f"p{each}" for each in range(3, 10)])
        self.assertEqual(plan["removals"], {"members": 9, "removed": 7, "held": 7, "accounts": 0})
        self.assertEqual(plan["held"][0]["because"], "room")

    def test_what_goes_to_standard_output_with_json_is_the_same_plan(self):
        shown = self.asked(PENDING, "plan", self.write(school([1])))
        jsonschema.validate(shown, SCHEMA)
        self.assertEqual(shown["counts"]["users"]["added"], 9)

    def test_a_plan_is_its_owners_alone(self):
        plan = self.directory / self.plan(school([1]))
        self.assertEqual(stat.S_IMODE(plan.stat().st_mode), 0o600)
        self.assertEqual([each.name for each in self.directory.glob("*.part")], [])

    def test_a_plan_is_refused_when_the_directory_moved_and_nothing_changes(self):
        self.apply(school([1, 2, 3]))
        plan = self.plan(school([1, 2]))
        self.apply(school([1, 2, 3, 4]))
        self.refused("DIRECTORY_MOVED", "apply", plan)
        self.assertEqual(self.members(), ["p1", "p2", "p3", "p4"])

    def test_a_plan_is_not_applied_twice(self):
        plan = self.plan(school([1]))
        self.asked(DONE, "apply", plan)
        self.refused("DIRECTORY_MOVED", "apply", plan)

    def test_a_plan_that_was_edited_is_refused(self):
        plan = self.plan(school([1]))
        self.edit(plan, lambda text: text.replace('"user":"p1"', '"user":"p2"'))
        self.refused("ROSTER_PLAN_EDITED", "apply", plan)

    def test_a_plan_that_was_only_written_again_is_refused_as_edited(self):
        plan = self.plan(school([1]))
        self.edit(plan, lambda text: json.dumps(json.loads(text), indent=2))
        self.refused("ROSTER_PLAN_EDITED", "apply", plan)

    def test_a_plan_that_was_cut_off_is_refused(self):
        plan = self.plan(school([1]))
        self.edit(plan, lambda text: text[: len(text) // 2])
        self.refused("ROSTER_PLAN", "apply", plan)

    def test_a_plan_of_another_version_is_refused(self):
        plan = self.plan(school([1]))
        self.edit(plan, lambda text: text.replace('"version":1,', '"version":9,', 1))
        self.assertEqual(self.refused("ROSTER_PLAN_VERSION", "apply", plan)["arguments"]["version"], "9")

    def test_a_plan_for_another_database_is_refused(self):
        plan = self.plan(school([1]))
        self.refused("ROSTER_PLAN_DATABASE", "apply", plan, state="another")

    def test_a_plan_that_is_too_large_is_refused_unread(self):
        plan = self.directory / self.plan(school([1]))
        os.truncate(plan, (512 << 20) + 1)  # A hole: it takes no room on the disk.
        self.refused("ROSTER_SIZE", "apply", plan.name)

    def test_a_plan_is_no_source_of_another_plan(self):
        self.refused("ROSTER_SOURCE", "plan", self.plan(school([1])))

    def test_flags_that_say_how_a_roster_is_read_are_refused_with_a_plan(self):
        plan = self.plan(school([1]))
        self.refused("CLI_USAGE", "apply", plan, "--source-name", "other", status=USAGE)
        self.refused("CLI_USAGE", "apply", plan, "--ignore-dates", status=USAGE)

    def test_where_a_plan_cannot_be_written_nothing_is_left(self):
        self.refused("ROSTER_WRITE", "plan", self.write(school([1])), "--output", "missing/plan.json")
        (self.directory / "folder").mkdir()
        self.refused("ROSTER_WRITE", "plan", self.write(school([1])), "--output", "folder")
        self.assertEqual([each.name for each in self.directory.glob("*.part")], [])

    def test_the_source_of_a_plan_is_the_one_it_was_made_for(self):
        self.run_roster("plan", self.write(school([1])), "--source-name", "sis", "--output", "plan.json")
        self.asked(DONE, "apply", "plan.json")
        document = json.loads(self.run_roster("export", "--source", "sis").stdout)
        self.assertEqual(len(document["users"]), 9)


if __name__ == "__main__":
    unittest.main(verbosity=2)
