"""The accounts of people who have left, on the built program with a chat of this file: they are closed once and opened again when their
people are back, and no broken roster closes many."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin"))
from rest_chat import RestChat  # noqa: E402

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, PENDING = 0, 1, 2


class Leavers(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-leavers-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.chat = RestChat("letmein")
        self.addCleanup(self.chat.server_close)
        self.addCleanup(self.chat.shutdown)
        self.install("closes_accounts")

    def install(self, plugin):
        """In the place of every other."""
        shutil.rmtree(self.directory / "plugins", ignore_errors=True)
        shutil.copytree(FAULTS / plugin, self.directory / "plugins" / plugin)
        subprocess.run(["chmod", "-R", "go-w", self.directory / "plugins"], check=True)
        self.plugin = plugin
        self.configure()

    def configure(self, **more):
        settings = {self.plugin: {"address": self.chat.url, "token": "letmein"}}
        document = {"default_provider": self.plugin, "settings": settings} | more
        (self.directory / "commhost.json").write_text(json.dumps(document))

    def commhost(self, *words, ends=DONE):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        command = [PROGRAM, "--config", "commhost.json", "--plugin-root", "plugins", *map(str, words)]
        ended = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True)
        self.assertEqual(ended.returncode, ends, ended.stdout + ended.stderr)
        return ended

    def asked(self, *words, ends=DONE):
        return json.loads(self.commhost(*words, "--json", ends=ends).stdout)

    def apply(self, people, suspended=(), ends=DONE):
        """People by number, all of them in one class; those who are suspended are named all the same."""
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [
                {"id": f"p{each}", "username": f"login{each}", "status": "suspended" if each in suspended else "active"}
                for each in people
            ],
            "instances": [{"id": "c1", "name": "Physics"}],
            "memberships": [{"instance": "c1", "user": f"p{each}", "role": "student"} for each in people if each < 4],
        }
        (self.directory / "roster.json").write_text(json.dumps(document))
        return self.asked("roster", "apply", "roster.json", ends=ends)

    def run_until_idle(self):
        self.commhost("run", "--until-idle")

    def make_accounts(self, number):
        """Of this many people, all of whom were in the class once."""
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [{"id": f"p{each}", "username": f"login{each}"} for each in range(1, number + 1)],
            "instances": [{"id": "c1", "name": "Physics"}],
            "memberships": [{"instance": "c1", "user": f"p{each}", "role": "student"} for each in range(1, number + 1)],
        }
        (self.directory / "roster.json").write_text(json.dumps(document))
        self.asked("roster", "apply", "roster.json")
        self.run_until_idle()
        self.assertEqual(len(self.chat.accounts), number)

    def audited(self):
        rows = [
            (each["action"], each["actor"], each["before"], each["after"])
            for each in self.asked("audit", "--limit", 1000)["audit"]
            if each["action"].startswith("account_") and each["action"] != "account_made"
        ]
        return rows[::-1]

    def test_a_leavers_account_is_closed_and_opened_again_when_they_are_back(self):
        self.make_accounts(3)
        with self.subTest("suspended"):
            self.apply([1, 2, 3], suspended=[2])
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, {"login2"})
        with self.subTest("gone"):
            self.apply([1, 2], suspended=[2])
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, {"login2", "login3"})
        with self.subTest("back, and in the room again"):
            self.apply([1, 2, 3])
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, set())
            (members,) = self.chat.members.values()
            self.assertEqual(set(members), {"login1", "login2", "login3"})
        closed, opened = ({"standing": "close"}, None), (None, {"standing": "close"})
        self.assertEqual(
            self.audited(),
            [
                ("account_closed", "worker", closed[1], closed[0]),
                ("account_closed", "worker", closed[1], closed[0]),
                ("account_reopened", "worker", opened[1], opened[0]),
                ("account_reopened", "worker", opened[1], opened[0]),
            ],
        )

    def test_nothing_is_asked_of_a_provider_where_nobody_leaves(self):
        self.make_accounts(3)
        self.chat.before_answer = lambda method, path: self.fail(f"{method} {path}") if "closed" in path else None
        self.apply([1, 2, 3], suspended=[])
        self.run_until_idle()
        self.assertEqual(self.audited(), [])

    def test_what_a_broken_roster_would_close_waits_for_an_admin(self):
        self.make_accounts(14)
        self.configure(removals={"per_room": {}, "total": {}})
        plan = self.directory / "roster.json"
        with self.subTest("three of fourteen are less than a quarter, and go"):
            self.apply(range(1, 12))
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, {"login12", "login13", "login14"})
        with self.subTest("three of eleven are more: the plan says so and nobody's account is closed"):
            held = self.apply(range(1, 9), ends=PENDING)["held"]
            self.assertEqual((held["accounts"], held["because"]), (3, "accounts"))
            self.run_until_idle()
            self.assertEqual(len(self.chat.closed_accounts), 3)
            self.assertEqual(self.asked("roster", "plan", plan.name, ends=PENDING)["removals"]["accounts"], 3)
            self.assertIn("3 people leave who have accounts", self.commhost("roster", "plan", plan.name, ends=PENDING).stdout)
        with self.subTest("until an admin approves"):
            (waiting,) = self.asked("roster", "held")
            self.assertEqual(waiting["because"], "accounts")
            self.commhost("roster", "approve", waiting["id"], "--reason", "they have left")
            self.run_until_idle()
            self.assertEqual(len(self.chat.closed_accounts), 6)

    def test_undo_says_whose_accounts_it_would_close(self):
        self.make_accounts(2)
        self.make_accounts(3)
        self.assertEqual(self.asked("roster", "undo", "--dry-run", ends=PENDING)["removals"]["accounts"], 1)
        question = self.commhost("roster", "undo", "--dry-run", ends=PENDING).stdout
        self.assertIn("1 person leaves who has an account", question)
        self.commhost("roster", "undo", "--yes")
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, {"login3"})

    def test_no_limit_for_accounts_is_no_limit(self):
        self.make_accounts(12)
        self.configure(removals={"per_room": {}, "total": {}, "accounts": {}})
        self.apply([1])
        self.run_until_idle()
        self.assertEqual(len(self.chat.closed_accounts), 11)

    def test_in_a_pause_nobody_s_account_is_closed_and_whoever_is_back_has_theirs(self):
        self.make_accounts(3)
        self.apply([1, 2, 3], suspended=[2])
        self.run_until_idle()
        self.sql("update directory_user set status = 1 where external_id = 'p3'")  # as by a roster before the pause
        self.configure(pauses=[{"from": "2000-01-01", "until": "2100-01-01", "what": "removals"}])
        self.apply([1, 2, 3], suspended=[3])
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, set())
        task = self.task_of_leavers()
        self.assertTrue(task["due"].startswith("2100-01-01"), task)

    def copy_leavers(self, number):
        """So many more people like p2, whose account the chat closed: who have left, and are behind p2."""
        self.sql(
            f"""with recursive n(i) as (select 1000 union all select i + 1 from n where i < {999 + number})
                insert into directory_user (id, external_id, username, given_name, family_name, display_name, email,
                                            status, source, changed)
                select i, 'copy' || i, 'copy' || i, '', '', '', '', 1, 'school', 0 from n"""
        )
        self.sql(
            """insert into communication_account (provider, user_id, account, origin)
               select (select provider from communication_account limit 1), id, username,
                      (select origin from communication_account limit 1)
               from directory_user where id >= 1000"""
        )

    def test_a_pause_with_many_leavers_is_one_run_that_opens_whom_it_can(self):
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        self.run_until_idle()
        self.copy_leavers(1100)
        # Whoever is back is behind all of them.
        self.sql("update directory_user set status = 0, id = 9000 where external_id = 'copy2000'")
        self.sql("update communication_account set standing = 'close', user_id = 9000 where account = 'copy2000'")
        self.chat.closed_accounts.add("copy2000")
        self.configure(pauses=[{"from": "2000-01-01", "until": "2100-01-01", "what": "removals"}])
        self.commhost("room", "sync", "--all")
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, {"login2"})
        self.assertTrue(self.task_of_leavers()["due"].startswith("2100-01-01"))

    def test_a_thousand_who_cannot_be_done_are_in_nobody_s_way(self):
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        self.run_until_idle()
        self.copy_leavers(1100)
        answer = self.chat.answer

        def refuse_most(method, path, body):
            if path[-1] == "closed" and path[1].startswith("copy") and path[1] < "copy2090":
                return 403, {}
            return answer(method, path, body)

        self.chat.answer = refuse_most
        self.commhost("room", "sync", "--all")
        self.commhost("run", "--until-idle", ends=PENDING)
        self.assertEqual(self.chat.closed_accounts, {"login2"} | {f"copy{each}" for each in range(2090, 2100)})
        self.assertGreater(self.task_of_leavers()["attempts"], 0)

    def test_whoever_is_back_while_the_account_is_being_closed_has_it_opened(self):
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])

        def back(method, path):
            if method == "PUT" and path.endswith("/closed"):
                self.sql("update directory_user set status = 0 where external_id = 'p2'")

        self.chat.before_answer = back
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, set())
        self.assertEqual([row[0] for row in self.audited()], ["account_closed", "account_reopened"])

    def test_an_answer_that_is_lost_is_followed_up_where_the_person_is_back(self):
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        answer = self.chat.answer

        def lose(method, path, body):
            if path[-1] == "closed" and self.chat.closed_accounts:
                return 500, {}
            done = answer(method, path, body)
            return (500, {}) if (method, path[-1]) == ("PUT", "closed") else done

        self.chat.answer = lose
        self.commhost("run", "--until-idle", ends=PENDING)
        self.assertEqual(self.chat.closed_accounts, {"login2"})
        self.chat.answer = answer
        self.sql("delete from task where kind = 'leavers'")
        self.apply([1, 2])
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, set())

    def test_a_look_at_everybody_finds_whom_a_change_of_settings_concerns(self):
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        self.run_until_idle()
        self.chat.closed_accounts.clear()
        self.sql("update communication_account set standing = 'nothing' where account = 'login2'")  # as set until now
        self.commhost("room", "sync", "--all")
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, {"login2"})

    def test_an_erasure_goes_before(self):
        self.make_accounts(2)
        self.commhost("privacy", "erase", "p2", "--yes", ends=PENDING)
        self.apply([1])
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, set())

    def test_whoever_is_a_person_again_has_the_account_opened(self):
        self.make_accounts(3)
        self.apply([1, 2, 3], suspended=[2, 3])
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, {"login2", "login3"})
        with self.subTest("an admin's merger is taken back"):
            self.commhost("roster", "merge", "p2", "p1", "--yes", "--reason", "twice")
            self.apply([1, 2, 3], suspended=[3])
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, {"login2", "login3"})
            self.commhost("roster", "unmerge", "p2", "--yes", "--reason", "two people")
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, {"login3"})
        with self.subTest("an erasure is withdrawn"):
            self.commhost("privacy", "erase", "p3", "--yes", ends=PENDING)
            self.apply([1, 2, 3])
            self.run_until_idle()
            self.assertEqual(self.chat.closed_accounts, set())

    def test_a_chat_that_is_away_is_asked_again(self):
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        answer = self.chat.answer
        self.chat.answer = lambda method, path, body: (500, {}) if path[-1] == "closed" else answer(method, path, body)
        self.commhost("run", "--until-idle", ends=PENDING)
        task = self.task_of_leavers()
        self.assertEqual(task["state"], "waiting", task)
        self.assertEqual(self.audited(), [])
        self.chat.answer = answer
        self.sql("update task set due = 0, started = null where kind = 'leavers'")
        self.commhost("task", "retry", task["id"])
        self.run_until_idle()
        self.assertEqual(self.chat.closed_accounts, {"login2"})

    def task_of_leavers(self):
        (task,) = [each for each in self.asked("task", "list")["tasks"] if each["kind"] == "leavers"]
        return task

    def test_a_provider_that_says_nothing_of_an_account_is_asked_again(self):
        self.install("forgets_accounts")
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        self.commhost("run", "--until-idle", ends=PENDING)
        task = self.task_of_leavers()
        self.assertEqual(task["state"], "waiting", task)
        self.assertGreater(task["attempts"], 0)
        self.assertIn("said neither that it is done nor why not", task["error"])  # WORKER_LEAVERS
        self.assertEqual(self.audited(), [])

    def test_a_provider_that_says_no_word_closes_nothing(self):
        self.install("talks_of_accounts")
        self.make_accounts(2)
        self.apply([1, 2], suspended=[2])
        self.commhost("run", "--until-idle", ends=PENDING)
        task = self.task_of_leavers()
        self.assertEqual(task["error_code"], "WORKER_STANDING", task)
        self.assertEqual(self.chat.closed_accounts, set())

    def sql(self, statement):
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            database.execute(statement)


if __name__ == "__main__":
    unittest.main(verbosity=2)
