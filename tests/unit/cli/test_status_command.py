"""`commhost task status`, and the line that `run --until-idle` shows on a terminal, on the built program."""

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, CHANGES_PENDING = 0, 2
ROSTER, PERIODIC = 1, 2


class Status(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-status-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.root = self.directory / "plugins"
        self.root.mkdir(mode=0o755)
        self.configure({})
        self.environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        self.now = int(time.time() * 1000)

    def configure(self, content):
        (self.directory / "commhost.json").write_text(json.dumps({"plugin_roots": [str(self.root)]} | content))

    def install(self, plugin):
        folder = shutil.copytree(FAULTS / plugin, self.root / plugin)
        subprocess.run(["chmod", "-R", "go-w", folder], check=True)

    def command(self, *words):
        return [PROGRAM, "--config", self.directory / "commhost.json", *words]

    def told(self, *words, **language):
        ended = subprocess.run(self.command(*words), env=self.environment | language, capture_output=True, text=True)
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        return ended.stdout

    def paused(self, provider="good"):
        (found,) = [each for each in self.status()["progress"] if each["provider"] == provider]
        return found["paused"]

    def status(self):
        ended = subprocess.run(self.command("task", "status", "--json"), env=self.environment, capture_output=True, text=True)
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        return json.loads(ended.stdout)

    def sql(self, statement, rows):
        connection = sqlite3.connect(self.directory / "state" / "commhost.db")
        with connection:
            connection.executemany(statement, rows)
        connection.close()

    def queue(self, lane, *dues, provider="ghost"):
        """For a provider that there is not, so that nobody takes them."""
        self.sql(
            "insert into task (kind, queue, key, lane, payload, state, created, due) values ('reconcile', ?, ?, ?, '{}', 0, 0, ?)",
            [(provider, f"{provider} {lane} {due}", lane, self.now + due) for due in dues],
        )

    def at(self, offset):
        """As it is shown."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((self.now + offset) // 1000))

    def sample(self, provider):
        """Two minutes ago there were ten."""
        self.sql("insert into task_sample (queue, slot, at, number) values (?, 1, ?, 10)", [(provider, self.now - 120_000)])

    def test_an_empty_queue_has_nothing_to_count(self):
        self.assertEqual(self.status(), {"lanes": [], "progress": [], "hosts": [], "off": None})
        self.assertEqual(
            self.told("task", "status"),
            "Nothing is to be done, and nothing has failed.\nNobody carries tasks out: no 'commhost run' was ever at work here.\n",
        )
        self.assertEqual(
            self.told("task", "status", LANG="de_DE.UTF-8"),
            "Es ist nichts zu tun, und nichts ist fehlgeschlagen.\nNiemand führt Aufgaben aus: Hier war noch nie ein 'commhost run'.\n",
        )

    def test_it_tells_who_is_at_work_and_who_was_last(self):
        self.status()
        one, other = (f"chat{number}:boot:1:{number}:2:0" for number in (1, 2))
        self.sql(
            "insert into task_presence (name, since, seen, ended) values (?, ?, ?, ?)",
            [(one, self.now - 60_000, self.now - 50_000, 0), (other, self.now - 90_000, self.now - 55_000, 1)],
        )
        self.assertIn(
            f"Nobody carries tasks out: the last 'commhost run' was seen at {self.at(-50_000)}, on chat1 (process 1).\n",
            self.told("task", "status"),
        )
        self.sql("update task_presence set seen = ?, ended = 0 where name = ?", [(self.now + 60_000, other)])
        self.assertIn(f"At work: chat2 (process 2), since {self.at(-90_000)}\n", self.told("task", "status"))
        self.assertNotIn("chat1", self.told("task", "status"))
        self.assertEqual([(each["host"], each["process"], each["at_work"]) for each in self.status()["hosts"]], [("chat2", "2", True), ("chat1", "1", False)])

    def test_tasks_are_counted_for_each_lane_and_the_time_left_is_not_known_at_the_start(self):
        self.install("good")
        self.status()
        self.queue(ROSTER, -1, -2, provider="good")
        self.queue(PERIODIC, -1, 3_600_000, provider="good")
        found = self.status()
        none = {"running": 0, "waiting": 0, "failed": 0}
        self.assertEqual(
            found["lanes"],
            [
                {"provider": "good", "lane": "roster", "due": 2, "queued": 2, **none},
                {"provider": "good", "lane": "periodic", "due": 1, "queued": 2, **none},
            ],
        )
        self.assertEqual(
            found["progress"], [{"provider": "good", "left": 3, "done": 0, "seconds_left": None, "paused": None}]
        )
        self.assertIn("good: 3 left, nothing done in the last minutes, time to go not known yet\n", self.told("task", "status"))

    def test_the_time_left_follows_from_what_was_done_in_the_last_minutes(self):
        self.install("good")
        self.status()
        self.queue(ROSTER, -1, -2, provider="good")
        self.sample("good")
        (progress,) = self.status()["progress"]
        self.assertEqual((progress["left"], progress["done"], progress["paused"]), (2, 8, None))
        self.assertGreaterEqual(progress["seconds_left"], 30)

    # Providers that stand still

    def test_a_server_that_is_away_is_told_with_since_when_the_next_try_and_the_error_and_no_time_left(self):
        self.install("good")
        self.status()
        self.queue(ROSTER, -1, -2, provider="good")
        self.sample("good")
        self.sql(
            "insert into task_circuit (queue, outages, openings, since, until, newest, reason) values ('good', 3, 1, ?, ?, 1, 'no route')",
            [(self.now - 60_000, self.now + 3_600_000)],
        )
        (progress,) = self.status()["progress"]
        self.assertIsNone(progress["seconds_left"])
        self.assertEqual(
            progress["paused"],
            {
                "reason": "its server is away or lets nobody in",
                "since": self.at(-60_000),
                "until": self.at(3_600_000),
                "last_error": "no route",
            },
        )
        self.assertIn(
            f"good: 2 left, 8 done in the last minutes; stands still since {self.at(-60_000)}, next try at {self.at(3_600_000)}:"
            " its server is away or lets nobody in; last error: no route\n",
            self.told("task", "status"),
        )
        self.assertIn(
            f"good: noch 2, 8 in den letzten Minuten erledigt; steht seit {self.at(-60_000)} still, nächster Versuch"
            f" {self.at(3_600_000)}: sein Server ist nicht da oder lässt niemanden ein; letzter Fehler: no route\n",
            self.told("task", "status", LANG="de_DE.UTF-8"),
        )

    def test_a_plugin_that_is_disabled_missing_or_quarantined_stands_still_with_its_reason(self):
        self.install("good")
        self.status()
        self.queue(ROSTER, -1, provider="good")
        self.queue(ROSTER, -1)
        self.assertIsNone(self.paused())
        self.assertIn("it is missing", self.paused("ghost")["reason"])

        self.told("plugin", "disable", "good")
        disabled = self.paused()
        self.assertEqual((disabled["reason"], disabled["until"]), ("an admin disabled the plugin", None))
        self.assertIsNotNone(disabled["since"])
        shown = self.told("task", "status")
        self.assertIn(f"stands still since {disabled['since']}, until this is mended: an admin disabled the plugin\n", shown)
        self.told("plugin", "enable", "good")

        version = json.loads((self.root / "good" / "version.json").read_text())["version"]
        self.sql(
            "insert into plugin_quarantine (name, version, crashes, since, until, reason) values ('good', ?, 4, ?, ?, 'killed by signal 11')",
            [(version, self.now - 5_000, self.now + 600_000)],
        )
        self.assertEqual(
            self.paused(),
            {
                "reason": "its workers died 4 times in a row",
                "since": self.at(-5_000),
                "until": self.at(600_000),
                "last_error": "killed by signal 11",
            },
        )

    def test_while_a_required_plugin_is_down_all_stand_still(self):
        self.install("good")
        self.configure({"required_plugins": ["ghost"]})
        self.status()
        self.queue(ROSTER, -1, provider="good")
        self.assertIn("the plugin 'ghost' is required and cannot be used. ", self.paused()["reason"])

    def test_a_run_shows_how_it_gets_on_to_a_terminal_alone(self):
        self.status()
        self.queue(ROSTER, -1, -2)
        reader, terminal = pty.openpty()
        on_terminal = subprocess.run(self.command("run", "--until-idle"), env=self.environment, stdout=subprocess.PIPE, stderr=terminal)
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(reader, 65536):
                shown += piece
        except OSError:  # EIO: how a terminal without another side ends (pty(7))
            pass
        os.close(reader)
        self.assertEqual(on_terminal.returncode, CHANGES_PENDING)
        self.assertIn(
            b"ghost: 2 left, nothing done in the last minutes; stands still, until this is mended: The provider 'ghost' cannot be used,"
            b" it is missing.\x1b[K\r",
            shown,
        )
        piped = subprocess.run(self.command("run", "--until-idle"), env=self.environment, capture_output=True)
        self.assertNotIn(b"\x1b", piped.stderr + piped.stdout)
        self.assertNotIn(b"2 left", piped.stderr + piped.stdout)

    def test_a_run_keeps_how_much_was_left_for_the_status(self):
        self.status()
        self.queue(ROSTER, -1, -2)
        subprocess.run(self.command("run", "--until-idle"), env=self.environment, capture_output=True)
        connection = sqlite3.connect(self.directory / "state" / "commhost.db")
        self.assertEqual(connection.execute("select queue, number from task_sample").fetchall()[0], ("ghost", 2))
        connection.close()
        (host,) = self.status()["hosts"]
        self.assertEqual((host["host"], host["at_work"]), (os.uname().nodename, False))

    def test_a_run_that_was_killed_is_not_at_work_any_more_for_the_next_one(self):
        run = subprocess.Popen(self.command("run"), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(run.kill)
        while not (self.directory / "state" / "commhost.db").exists() or not (hosts := self.status()["hosts"]):
            self.assertIsNone(run.poll())
        self.assertEqual([(each["process"], each["at_work"]) for each in hosts], [(str(run.pid), True)])
        run.kill()
        run.wait()
        self.assertTrue(self.status()["hosts"][0]["at_work"])
        self.told("run", "--until-idle")
        self.assertEqual([each["at_work"] for each in self.status()["hosts"]], [False, False])


if __name__ == "__main__":
    unittest.main(verbosity=2)
