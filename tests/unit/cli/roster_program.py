"""A built program with a configuration and a database of its own, for the tests of `commhost roster`."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])

DONE, FAILED, PENDING, USAGE = 0, 1, 2, 64


def people(numbers):
    return [{"id": f"p{each}", "username": f"login{each}"} for each in numbers]


def school(members, numbers=range(1, 10), scope="full", **more):
    """A course c1 with these members; the persons are p1 to p9 as a rule."""
    return {
        "format": "commhost-roster",
        "version": 1,
        "scope": scope,
        "component": "school",
        "users": people(numbers),
        "instances": [{"id": "c1", "name": "Physics"}],
        "memberships": [{"instance": "c1", "user": f"p{each}", "role": "student"} for each in members],
        **more,
    }


class RosterProgram(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-roster-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.configure({})

    def configure(self, content):
        (self.directory / "commhost.json").write_text(json.dumps(content))

    def write(self, document, name="roster.json"):
        (self.directory / name).write_text(json.dumps(document))
        return name

    def run_roster(self, *words, state="state"):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / state)}
        command = [PROGRAM, "--config", "commhost.json", "roster", *map(str, words)]
        return subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True)

    def asked(self, status, *words, **more):
        """What the program answers with --json, seen to end with this status."""
        ended = self.run_roster(*words, "--json", **more)
        self.assertEqual(ended.returncode, status, ended.stdout + ended.stderr)
        return json.loads(ended.stdout)

    def refused(self, code, *words, status=FAILED, **more):
        error = self.asked(status, *words, **more)["error"]
        self.assertEqual(error["code"], code)
        return error

    def apply(self, document, *words, status=DONE):
        return self.asked(status, "apply", self.write(document), *words)

    def members(self):
        """Who is in c1, by the export."""
        document = json.loads(self.run_roster("export").stdout)
        return sorted(each["user"] for each in document["memberships"])
