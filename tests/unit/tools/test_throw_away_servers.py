"""The verbs that the scripts of tools/servers share, tried on the quickest of them."""

import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

SERVERS = Path(__file__).resolve().parents[3] / "tools" / "servers"
PROGRAM = SERVERS / "postgresql"


def call(*arguments, program: Path = PROGRAM, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, env=os.environ | (environment or {})
    )


def sql(document: dict, statement: str) -> str:
    done = subprocess.run(
        ["psql", document["url"], "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def is_alive(pid: int) -> bool:
    """Not so when it has ended and only waits for its parent to look."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


class ThrowAwayServers(unittest.TestCase):
    def setUp(self):
        # PostgreSQL's own user must be able to enter it when the tests run as root.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        Path(folder.name).chmod(0o755)
        self.folder = Path(folder.name)

    def start(self, *options: str) -> dict:
        done = call("start", self.folder / "server", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(call, "stop", self.folder / "server")
        return json.loads(done.stdout)

    def test_a_started_server_is_described_on_stdout_and_in_its_folder(self):
        document = self.start()
        self.assertEqual(json.loads((self.folder / "server/server.json").read_text()), document)
        self.assertEqual(sql(document, "select current_user, current_database()"), "commhost|commhost")
        self.assertEqual(sql(document, "show listen_addresses"), "")
        self.assertEqual(sql(document, "show fsync"), "on")

    def test_a_stopped_server_is_gone_and_comes_back_with_its_data_and_address(self):
        first = self.start("--fast")
        sql(first, "create table kept (value int); insert into kept values (42)")
        self.assertEqual(call("stop", self.folder / "server").returncode, 0)
        self.assertFalse(is_alive(first["pid"]))
        second = self.start()
        self.assertEqual(second["url"], first["url"])
        self.assertEqual(sql(second, "select value from kept"), "42")

    def test_a_killed_server_can_be_started_again(self):
        first = self.start()
        sql(first, "create table kept (value int)")
        os.kill(first["pid"], signal.SIGKILL)
        self.assertEqual(sql(self.start(), "select count(*) from kept"), "0")

    def test_a_folder_in_use_is_refused(self):
        self.start("--fast")
        again = call("start", self.folder / "server")
        self.assertEqual(again.returncode, 1)
        self.assertIn("already has a running server", again.stderr)

    def test_a_folder_with_files_of_others_is_refused_and_left_alone(self):
        (self.folder / "letter").write_text("dear")
        refused = call("start", self.folder)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("is not empty (there is letter)", refused.stderr)
        self.assertEqual((self.folder / "letter").read_text(), "dear")

    def test_a_process_that_only_has_the_id_of_the_server_is_not_stopped(self):
        stranger = subprocess.Popen(["sleep", "30"])
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        document = {"pid": stranger.pid, "directory": str(self.folder)}
        (self.folder / "server.json").write_text(json.dumps(document))
        done = call("stop", self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertIn("was not running", done.stderr)
        self.assertIsNone(stranger.poll())

    def test_run_returns_the_status_of_its_command_and_leaves_nothing(self):
        done = call(
            *("run", "--fast", "--", "sh", "-c", 'psql "$COMMHOST_TEST_POSTGRESQL" -Atc "show fsync"; exit 7'),
            environment={"TMPDIR": str(self.folder)},
        )
        self.assertEqual((done.returncode, done.stdout), (7, "off\n"))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_server_that_cannot_be_cleaned_up_changes_no_status(self):
        removes = 'for each in "$TMPDIR"/*; do "$0" stop "$each"; rm -r "$each"; done; exit 7'
        done = call("run", "--fast", "--", "sh", "-c", removes, PROGRAM, environment={"TMPDIR": str(self.folder)})
        self.assertIn("could not be cleaned up", done.stderr)
        self.assertEqual(done.returncode, 7)

    def test_a_signal_to_run_ends_command_and_server_and_leaves_nothing(self):
        running = subprocess.Popen(
            [PROGRAM, "run", "--fast", "--", "sh", "-c", "echo started; exec sleep 60"],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": str(self.folder)},
        )
        self.addCleanup(running.stdout.close)
        self.assertEqual(running.stdout.readline(), "started\n")
        running.send_signal(signal.SIGTERM)
        self.assertEqual(running.wait(timeout=30), 128 + signal.SIGTERM)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_command_that_is_not_there_is_told(self):
        done = call("run", "--fast", "--", "no-such-command", environment={"TMPDIR": str(self.folder)})
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot run no-such-command: No such file or directory", done.stderr)

    def test_wrong_usage_has_a_status_of_its_own(self):
        for program in (PROGRAM, SERVERS / "synapse"):
            for arguments in (
                (),
                ("begin",),
                ("start",),
                ("run",),
                ("stop", "/tmp/x", "--", "true"),
                ("start", "x", "--quick"),
            ):
                with self.subTest(program=program.name, arguments=arguments):
                    done = call(*arguments, program=program)
                    self.assertEqual((done.returncode, done.stdout), (64, ""))
                    self.assertIn("usage: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
