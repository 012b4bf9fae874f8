"""Each way to change what a source says has a cause of its own in `commhost audit`: import, plan, approval, discard, undo."""

import json
import os
import subprocess
import unittest

from roster_program import DONE, PENDING, PROGRAM, RosterProgram, school

EVERYBODY = range(1, 10)


class Causes(RosterProgram):
    def audit(self, *words, language="C.UTF-8"):
        environment = {
            "PATH": os.environ["PATH"],
            "COMMHOST_STATE_DIRECTORY": str(self.directory / "state"),
            "LC_ALL": language,
        }
        command = [PROGRAM, "--config", "commhost.json", "audit", *words]
        return subprocess.run(
            command, cwd=self.directory, env=environment, capture_output=True, text=True, check=True
        ).stdout

    def rows(self, *words):
        return json.loads(self.audit("--json", *words))["audit"]

    def test_each_has_its_word_and_its_number_in_every_row(self):
        self.apply(school(EVERYBODY))
        self.apply(school([1, 2]), status=PENDING)
        self.asked(DONE, "discard", 1, "--reason", "cut off")
        self.apply(school([1, 2]), status=PENDING)
        self.asked(DONE, "approve", 2, "--reason", "end of term")
        self.asked(DONE, "undo", "--yes")
        self.asked(DONE, "undo", "--yes")
        self.assertEqual(
            [(each["action"], each["cause"]) for each in reversed(self.rows()) if each["kind"] == "roster"],
            [
                ("roster_applied", "import 1"),
                ("removals_held", "import"),
                ("removals_discarded", "discard 1"),
                ("removals_held", "import"),
                ("roster_applied", "approval 2"),
                ("removals_approved", "approval 2"),
                ("roster_applied", "undo approval 2"),
                ("roster_applied", "redo approval 2"),
            ],
        )
        removed = self.rows("--action", "membership_removed", "--user", "p9")
        self.assertEqual([each["cause"] for each in removed], ["redo approval 2", "approval 2"])

    def test_an_import_of_which_everything_was_held_is_undone_by_name(self):
        self.apply(school(EVERYBODY))
        self.apply(school([1, 2]), status=PENDING)
        self.asked(DONE, "undo", "--yes")
        row = self.rows("--limit", "1")[0]
        self.assertEqual((row["action"], row["cause"]), ("removals_undone", "undo import"))
        self.assertEqual(self.asked(DONE, "held", "--decided")[0]["decision"], "undone")

    def test_a_plan_is_named_by_its_digest(self):
        self.apply(school([1, 2]))
        self.run_roster("plan", self.write(school([1])), "--output", "plan.json")
        digest = json.loads((self.directory / "plan.json").read_text())["digest"]
        self.asked(DONE, "apply", "plan.json")
        self.assertEqual({each["cause"] for each in self.rows("--limit", "2")}, {f"plan {digest[:12]}"})
        self.assertIn(f"plan {digest[:12]}", self.audit("--limit", "1"))

    def test_people_read_it_in_words(self):
        self.apply(school(EVERYBODY))
        self.apply(school([1, 2]), status=PENDING)
        self.asked(DONE, "approve", 1, "--reason", "end of term")
        self.assertIn("approval of what was held as 1", self.audit("--limit", "1"))
        self.asked(DONE, "undo", "--yes")
        self.assertIn("undo of: approval of what was held as 1", self.audit("--limit", "1"))
        self.asked(DONE, "undo", "--yes")
        self.assertIn("undo of an undo: approval", self.audit("--limit", "1"))
        german = self.audit(language="de_DE.UTF-8")
        for words in ("Freigabe der Zurückhaltung 1", "Rücknahme: Freigabe", "Import 1"):
            self.assertIn(words, german)


if __name__ == "__main__":
    unittest.main(verbosity=2)
