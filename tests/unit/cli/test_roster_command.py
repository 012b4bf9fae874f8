"""`commhost roster apply` on the built program, with what an admin may have left out or mistyped."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])

DONE, FAILED = 0, 1
SCHOOL = {
    "format": "commhost-roster",
    "version": 1,
    "scope": "full",
    "component": "school",
    "users": [],
    "instances": [{"id": "7a", "name": "7a"}],
    "memberships": [],
}


class Roster(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-roster-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.configure({})

    def configure(self, content):
        (self.directory / "commhost.json").write_text(json.dumps(content))

    def apply(self, document, *words):
        (self.directory / "roster.json").write_text(json.dumps(document))
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        command = [PROGRAM, "--config", "commhost.json", "roster", "apply", "roster.json", *words]
        return subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True)

    def test_instances_that_nobody_gives_a_provider_are_counted_and_told(self):
        self.assertEqual(json.loads(self.apply(SCHOOL, "--json").stdout)["without_room"], 1)
        told = self.apply(SCHOOL)
        self.assertEqual(told.returncode, DONE)
        explained = subprocess.run(
            [PROGRAM, "explain", "CLI_NO_PROVIDER", "--json"], capture_output=True, text=True, check=True
        )
        self.assertIn(json.loads(explained.stdout)["advice"], told.stderr)

    def test_pictures_that_an_undo_cannot_keep_are_told(self):
        def people(picture):
            return SCHOOL | {"users": [{"id": f"p{n}", "username": f"p{n}", "picture": picture(n)} for n in range(34)]}

        def portrait(number):
            bytes_ = b"\x89PNG\r\n\x1a\n" + number.to_bytes(4, "big") + bytes(2**20 - 12)
            return "data:image/png;base64," + base64.b64encode(bytes_).decode()

        self.assertNotIn("undo", self.apply(people(portrait)).stderr)
        ended = self.apply(people(lambda number: ""))
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertIn("2 pictures that were replaced are too much for the undo", ended.stderr)

    def test_a_provider_that_there_is_not_is_told_with_its_place_and_leaves_the_room_where_it_is(self):
        instance = {"id": "7a", "name": "7a", "provider": "matrx"}
        told = json.loads(self.apply({**SCHOOL, "instances": [instance]}, "--json").stdout)
        self.assertEqual([(each["code"], each["left_out"]) for each in told["problems"]], [("ROSTER_PROVIDER", False)])
        self.assertIn("/instances/0", told["problems"][0]["place"])
        self.assertEqual(told["without_room"], 1)

    def test_a_role_that_commhost_does_not_know_is_refused_with_the_word_it_was_given_for(self):
        self.configure({"roles": {"tutor": "boss"}})
        ended = self.apply(SCHOOL, "--json")
        error = json.loads(ended.stdout)["error"]
        self.assertEqual((ended.returncode, error["code"]), (FAILED, "CLI_ROLE"))
        self.assertEqual(error["arguments"], {"word": "tutor", "role": "boss"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
