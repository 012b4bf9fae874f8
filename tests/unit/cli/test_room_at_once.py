"""`commhost room`'s commands while somebody else changes the directory: what they read is what is stored when it is their turn. On the
PostgreSQL that COMMHOST_TEST_POSTGRESQL names; SQLite lets nobody read for a change while another one writes."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
SERVER = os.environ["COMMHOST_TEST_POSTGRESQL"]
LOCATION = f"{SERVER}&options=-csearch_path%3Dprogram"

DONE = 0
ROSTER = {
    "format": "commhost-roster",
    "version": 1,
    "scope": "full",
    "component": "school",
    "users": [],
    "instances": [{"id": "7a", "name": "Class 7a", "groups": [{"id": "a", "name": "A"}]}],
    "memberships": [],
}
PSQL = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]


class RoomAtOnce(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-room-"))
        self.addCleanup(shutil.rmtree, self.directory)
        (self.directory / "commhost.json").write_text('{"plugin_roots": []}')
        (self.directory / "roster.json").write_text(json.dumps(ROSTER))
        self.sql("drop schema if exists program cascade", SERVER)
        self.sql("create schema program", SERVER)
        self.finished(self.begun("roster", "apply", "roster.json"))
        self.finished(self.begun("room", "create", "staff", "--name", "Staff", "--provider", "none"))

    def sql(self, statement, server=LOCATION):
        return subprocess.run([*PSQL, server, "--command", statement], check=True, capture_output=True, text=True).stdout.strip()

    def begun(self, *words):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state"), "COMMHOST_DATABASE": LOCATION}
        command = [PROGRAM, "--config", "commhost.json", *words, "--json"]
        return subprocess.Popen(command, cwd=self.directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finished(self, process):
        answer, errors = process.communicate()
        self.assertEqual(process.returncode, DONE, answer + errors)
        return json.loads(answer)

    def while_another_changes(self, change, *words):
        """What the command answers that waits until this change of an instance is stored."""
        with subprocess.Popen([*PSQL, LOCATION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            other.stdin.write("begin; update directory_revision set revision = revision + 1;\n")
            other.stdin.write(f"update directory_instance set {change}; select 'changed';\n")
            other.stdin.flush()
            self.assertEqual(other.stdout.readline(), "changed\n")
            process = self.begun(*words)
            while self.sql("select count(*) from pg_locks where not granted") == "0":
                self.assertIsNone(process.poll(), "it does not wait")
            other.stdin.write("commit;\n")
            other.stdin.close()
        return self.finished(process)

    def test_an_update_keeps_what_it_does_not_name(self):
        self.while_another_changes("topic = 'Theirs' where external_id = 'staff'", "room", "update", "staff", "--name", "Ours")
        self.assertEqual(self.sql("select name, topic from directory_instance where external_id = 'staff'"), "Ours|Theirs")

    def test_groups_that_have_their_rooms_by_then_are_left(self):
        done = self.while_another_changes("group_rooms = 1 where external_id = '7a'", "room", "groups", "7a", "on")
        self.assertEqual((done["group_rooms"], done["queued"]), (True, 0))
        self.assertEqual(self.finished(self.begun("audit", "--action", "instance_changed"))["audit"], [])

    def test_a_switch_tells_where_the_instance_was_by_then(self):
        self.while_another_changes("provider = 'theirs' where external_id = '7a'", "room", "switch", "7a", "none")
        (told,) = self.finished(self.begun("audit", "--action", "instance_changed"))["audit"]
        self.assertEqual((told["before"], told["after"]), ({"provider": "theirs"}, {"provider": "none"}))


if __name__ == "__main__":
    unittest.main(verbosity=2)
