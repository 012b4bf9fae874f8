"""`commhost site`: all rooms off and on, on the built program."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, PENDING = 0, 2


class Site(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-site-"))
        self.addCleanup(shutil.rmtree, self.directory)
        root = self.directory / "plugins"
        root.mkdir(mode=0o755)
        folder = shutil.copytree(FAULTS / "good", root / "good")
        subprocess.run(["chmod", "-R", "go-w", folder], check=True)
        (self.directory / "commhost.json").write_text(json.dumps({"plugin_roots": [str(root)], "default_provider": "good"}))
        self.environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}

    def told(self, *words, status=DONE):
        command = [PROGRAM, "--config", self.directory / "commhost.json", *words]
        ended = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        self.assertEqual(ended.returncode, status, ended.stdout + ended.stderr)
        return ended.stdout

    def document(self, *words):
        return json.loads(self.told(*words, "--json"))

    def queued(self):
        return sum(each["queued"] for each in self.document("task", "status")["lanes"])

    def enrol(self, *courses):
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "instances": [{"id": each, "name": each} for each in courses],
        }
        (self.directory / "roster.json").write_text(json.dumps(document))
        self.told("roster", "apply", str(self.directory / "roster.json"))

    def test_while_all_rooms_are_off_what_is_wanted_waits(self):
        self.document("site", "off", "--reason", "the server moves house")
        self.enrol("c1", "c2")
        self.assertEqual(self.queued(), 2)
        self.told("run", "--until-idle", "--json", status=PENDING)
        self.assertEqual(self.queued(), 2)
        self.assertEqual(self.document("task", "list")["tasks"][0]["attempts"], 0)

        with self.subTest("and it is said wherever somebody looks"):
            off = self.document("site", "show")["off"]
            self.assertEqual(off["reason"], "the server moves house")
            for words in (("task", "status"), ("room", "list")):
                self.assertEqual(self.document(*words)["off"], off)
                self.assertIn("switched off", self.told(*words))
                self.assertIn("the server moves house", self.told(*words))
            (found,) = [each for each in self.document("doctor")["findings"] if each["id"] == "rooms"]
            self.assertEqual((found["subject"], found["outcome"]), ("commhost", "warning"))
            self.assertIn("the server moves house", found["found"])

        with self.subTest("switched on, all of it is done"):
            self.assertIsNone(self.document("site", "on")["off"])
            self.told("run", "--until-idle", "--json")
            self.assertEqual(self.queued(), 0)

        actions = [each["action"] for each in self.document("audit")["audit"]]
        self.assertIn("site_off", actions)
        self.assertIn("site_on", actions)

    def test_without_a_reason_it_is_told_in_the_readers_language(self):
        self.told("site", "off")
        self.assertIn("an admin switched all rooms off", self.told("site", "show"))
        self.environment["LC_ALL"] = "de_DE.UTF-8"
        self.assertIn("ausgeschaltet", self.told("site", "show"))

    def test_rooms_that_are_on_are_left_so(self):
        self.assertEqual(self.document("site", "on"), {"rooms": "on", "off": None})
        self.assertEqual(self.document("site", "show"), {"rooms": "on", "off": None})


if __name__ == "__main__":
    unittest.main(verbosity=2)
