"""`commhost database` and who upgrades what, on the built program, with SQLite or the PostgreSQL that COMMHOST_TEST_POSTGRESQL
names."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
SERVER = os.environ.get("COMMHOST_TEST_POSTGRESQL")

DONE, FAILED = 0, 1

# What the newest step of the queue's tables added.
BACK_TO_OLDER = [
    "drop index task_told",
    "drop table task_presence",
    "drop table task_sample",
    "drop table task_circuit",
    "alter table task drop column outage",
    "delete from store_migration where room = 'task' and version > 2",
]
TASK_VERSION = "select max(version) from store_migration where room = 'task'"


class Database(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-database-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.state = self.directory / "state"
        (self.directory / "commhost.json").write_text('{"plugin_roots": []}')
        self.location = f"sqlite:{self.state}/commhost.db"
        if SERVER:
            self.psql(SERVER, f"drop schema if exists program cascade; create schema program")
            self.location = f"{SERVER}&options=-csearch_path%3Dprogram"
        self.commhost("task", "list")

    def psql(self, server, statement):
        command = ["psql", server, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def sql(self, *statements):
        """What the last one gives."""
        if SERVER:
            return [self.psql(self.location, statement) for statement in statements][-1]
        return self.sqlite(self.state / "commhost.db", *statements)

    def sqlite(self, file, *statements):
        connection = sqlite3.connect(file, isolation_level=None)
        try:
            rows = [connection.execute(statement).fetchall() for statement in statements][-1]
            return str(rows[0][0]) if rows else ""
        finally:
            connection.close()

    def version_in(self, copy):
        if not SERVER:
            return self.sqlite(copy, TASK_VERSION)
        text = subprocess.run(["pg_restore", "--file=-", copy], check=True, capture_output=True, text=True).stdout
        rows = text.split("COPY program.store_migration", 1)[1].split("\\.")[0].splitlines()
        return max(line.split("\t")[1] for line in rows if line.startswith("task\t"))

    def run_program(self, *words, **options):
        environment = {
            "PATH": os.environ["PATH"],
            "COMMHOST_STATE_DIRECTORY": str(self.state),
            "COMMHOST_DATABASE": self.location,
            **options.pop("environment", {}),
        }
        command = [PROGRAM, "--config", "commhost.json", *words, "--json"]
        return subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, **options)

    def commhost(self, *words, **options):
        ended = self.run_program(*words, **options)
        self.assertTrue(ended.stdout, ended.stderr)
        return ended.returncode, json.loads(ended.stdout)

    def refusal(self, *words, **options):
        status, document = self.commhost(*words, **options)
        self.assertEqual(status, FAILED, document)
        return document["error"]["code"]

    def copies(self):
        return sorted(self.state.glob("*.before-upgrade-*"))

    def test_a_sound_database_passes_and_needs_no_upgrade(self):
        self.assertEqual(self.commhost("database", "check")[0], DONE)
        self.assertEqual(self.commhost("database", "upgrade"), (DONE, {"steps": 0, "copy": None}))
        self.assertEqual(self.copies(), [])

    def test_a_command_leaves_an_older_database_as_it_is(self):
        self.sql(*BACK_TO_OLDER)
        self.assertEqual(self.refusal("task", "list"), "STORE_OLDER")
        status, found = self.commhost("database", "check")
        self.assertEqual((status, [each["code"] for each in found["problems"]]), (FAILED, ["STORE_OLDER"]))
        self.assertEqual(self.sql(TASK_VERSION), "2")

    def test_an_upgrade_makes_a_copy_before(self):
        self.sql(*BACK_TO_OLDER)
        status, done = self.commhost("database", "upgrade")
        self.assertEqual(status, DONE)
        self.assertGreater(done["steps"], 0)
        self.assertEqual([str(copy) for copy in self.copies()], [done["copy"]])
        self.assertEqual(self.version_in(done["copy"]), "2")
        self.assertEqual(self.commhost("task", "list"), (DONE, {"tasks": []}))

    def test_run_upgrades_by_itself_and_says_so_in_its_log(self):
        self.sql(*BACK_TO_OLDER)
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        (copy,) = self.copies()
        self.assertEqual(ended.stderr.count("STORE_UPGRADED"), 1, ended.stderr)
        self.assertIn(str(copy), ended.stderr)
        self.assertEqual(self.version_in(copy), "2")
        self.assertNotIn("STORE_UPGRADED", self.run_program("run", "--until-idle").stderr)

    def test_nobody_touches_a_database_of_a_newer_program(self):
        for step in ("('task', 99)", "('pond', 1)"):
            with self.subTest(step):
                self.sql(f"insert into store_migration (room, version) values {step}")
                for words in (["task", "list"], ["run", "--until-idle"], ["database", "upgrade"]):
                    self.assertEqual(self.refusal(*words), "STORE_NEWER")
                status, found = self.commhost("database", "check")
                self.assertEqual((status, found["problems"][0]["code"]), (FAILED, "STORE_NEWER"))
                self.sql("delete from store_migration where version = 99 or room = 'pond'")
        self.assertEqual(self.copies(), [])

    def test_without_room_for_the_copy_nothing_is_upgraded(self):
        self.sql(*BACK_TO_OLDER)
        if SERVER:
            # Any file that pg_dump writes is one too many.
            limit = 16
        else:
            # SQLite's own shared memory is as large.
            limit = 65536
        small = {
            "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
            "restore_signals": False,  # SIGXFSZ stays ignored, as Python has it
        }
        for words in (["database", "upgrade"], ["run", "--until-idle"]):
            self.assertEqual(self.refusal(*words, **small), "STORE_COPY")
        self.assertEqual(self.copies(), [])
        self.assertEqual(self.sql(TASK_VERSION), "2")
        self.assertEqual(self.commhost("database", "upgrade", "--no-copy")[0], DONE)
        self.assertEqual(self.copies(), [])

    @unittest.skipUnless(SERVER, "SQLite copies itself")
    def test_without_pg_dump_an_upgrade_is_refused_unless_it_goes_without_a_copy(self):
        self.sql(*BACK_TO_OLDER)
        nothing = {"environment": {"PATH": str(self.directory)}}
        self.assertEqual(self.refusal("database", "upgrade", **nothing), "STORE_COPY_TOOL")
        self.assertEqual(self.refusal("run", "--until-idle", **nothing), "STORE_COPY_TOOL")
        self.assertEqual(self.sql(TASK_VERSION), "2")
        status, done = self.commhost("database", "upgrade", "--no-copy", **nothing)
        self.assertEqual((status, done["copy"]), (DONE, None))

    def test_a_backup_is_whole_and_is_never_written_over_another(self):
        copy = self.directory / "monday"
        self.assertEqual(self.commhost("database", "backup", copy), (DONE, {"copy": str(copy)}))
        self.assertEqual(self.version_in(copy), self.sql(TASK_VERSION))
        before = copy.read_bytes()
        self.assertEqual(self.refusal("database", "backup", copy), "STORE_COPY")
        self.assertEqual(copy.read_bytes(), before)

    def test_a_backup_of_nothing_is_refused(self):
        if SERVER:
            self.sql("drop schema program cascade; create schema program")
        else:
            self.location = f"sqlite:{self.directory}/mistyped.db"
        self.assertEqual(self.refusal("database", "backup", self.directory / "copy"), "STORE_EMPTY")

    @unittest.skipIf(SERVER, "a file of SQLite's")
    def test_a_damaged_file_is_found_and_kept(self):
        file = self.state / "commhost.db"
        for damage in ("no database", "cut off", "a page"):
            with self.subTest(damage):
                whole = file.read_bytes()
                if damage == "no database":
                    file.write_bytes(b"x" * 5000)
                elif damage == "cut off":
                    file.write_bytes(whole[: 3 * 4096])
                else:
                    file.write_bytes(whole[:-4096] + b"\xa5" * 4096)
                broken = file.read_bytes()
                status, found = self.commhost("database", "check")
                codes = [each["code"] for each in found["problems"]] if "problems" in found else [found["error"]["code"]]
                self.assertEqual((status, codes[0]), (FAILED, "STORE_DAMAGED"))
                self.assertEqual(file.read_bytes(), broken)
                file.write_bytes(whole)
        self.assertEqual(self.commhost("database", "check")[0], DONE)


if __name__ == "__main__":
    unittest.main(verbosity=2)
