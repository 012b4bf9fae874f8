"""`commhost privacy` on the built program: all that is stored about a person is exported, and an erased person is nowhere in
the database. And nobody's data is in the log above debug level."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, PENDING, WRONG_USAGE = 0, 1, 2, 64

ADA = {
    "id": "sis-4711",
    "username": "lovelace",
    "given_name": "Augusta",
    "family_name": "Byron",
    "display_name": "Countess of Something",
    "email": "countess@school.example",
    "fields": {"phone": "+44 20 7946 0018"},
}
ALAN = {"id": "sis-4712", "username": "turing", "display_name": "Alan Turing", "email": "alan@school.example"}
TRACES = ("sis-4711", "lovelace", "Augusta", "Byron", "Countess", "countess@", "7946")


class Privacy(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-privacy-"))
        self.addCleanup(shutil.rmtree, self.directory)
        shutil.copytree(FAULTS / "erases_people", self.directory / "plugins" / "erases_people")
        subprocess.run(["chmod", "-R", "go-w", self.directory / "plugins"], check=True)
        (self.directory / "commhost.json").write_text(json.dumps({"default_provider": "erases_people"}))
        self.apply([ADA, ALAN])

    def run_program(self, *words):
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        command = [PROGRAM, "--config", "commhost.json", "--plugin-root", "plugins", *words]
        return subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True)

    def commhost(self, *words):
        ended = self.run_program(*words, "--json")
        self.assertTrue(ended.stdout, ended.stderr)
        return ended.returncode, json.loads(ended.stdout)

    def apply(self, people):
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": people,
            "instances": [{"id": "7a", "name": "Class 7a"}],
            "memberships": [{"instance": "7a", "user": each["id"], "role": "student"} for each in people],
        }
        (self.directory / "roster.json").write_text(json.dumps(document))
        self.assertEqual(self.commhost("roster", "apply", "roster.json")[0], DONE)

    def dump(self):
        """Every value of every table; a written page that nothing refers to is not asked for."""
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            return "\n".join(database.iterdump())

    def traces(self, text):
        return [each for each in TRACES if each in text]

    def test_all_that_is_stored_about_a_person_is_exported_and_what_is_sent_where(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        ended = self.run_program("privacy", "export", "lovelace")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        document = json.loads(ended.stdout)
        self.assertEqual(document["person"], ADA | {"status": "active"})
        self.assertEqual(document["sources"], ["default"])
        (membership,) = document["memberships"]
        self.assertEqual(
            (membership["instance"], membership["role"], membership["source"]), ("school/course/7a", "student", "default")
        )
        self.assertEqual(
            document["accounts"], [{"provider": "erases_people", "account": "@lovelace", "made_by_provider": True}]
        )
        self.assertEqual(
            [(each["provider"], each["in_room"], each["leaving"]) for each in document["rooms"]],
            [("erases_people", True, False)],
        )
        self.assertEqual(
            [each["action"] for each in document["audit"]], ["put_into_room", "account_made", "user_added"]
        )
        self.assertEqual(
            document["sent_to"],
            [
                {
                    "provider": "erases_people",
                    "destination": "Fixture",
                    "fields": {"email": "One fault and nothing else."},
                }
            ],
        )
        self.assertIsNone(document["erasure"])
        self.assertNotIn("turing", ended.stdout)

    def test_an_erased_person_is_nowhere_in_the_database_and_that_it_was_done_is(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.apply([ADA | {"display_name": "Countess of Lovelace"}, ALAN])
        self.assertEqual(self.traces(self.dump()), list(TRACES))
        status, asked = self.commhost("privacy", "erase", "lovelace", "--yes", "--reason", "Countess asked")
        self.assertEqual((status, asked["done"], asked["rooms_queued"]), (PENDING, False, 1))
        self.apply([ALAN])
        ended = self.run_program("--log-level", "debug", "run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertIn("erasing @lovelace", ended.stderr)
        self.assertIn("erased @lovelace", ended.stderr)
        self.assertEqual(self.traces(self.dump()), [])
        self.assertIn("turing", self.dump())
        number = asked["user"]
        status, exported = self.commhost("privacy", "export", f"erased-{number}")
        self.assertEqual(status, DONE)
        self.assertIsNotNone(exported["erasure"]["done"])
        actions = [each["action"] for each in exported["audit"]]
        self.assertEqual(actions[:2], ["person_erased", "account_erased"])
        self.assertIn("person_erasure_asked", actions)
        self.assertIn("taken_out_of_room", actions)

    def test_an_account_that_commhost_did_not_make_stays_and_is_named_to_the_admin(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            database.execute("update communication_account set origin = 0")  # found, as the SDK counts
        database.close()
        left = [{"provider": "erases_people", "account": "@lovelace"}]
        status, asked = self.commhost("privacy", "erase", "lovelace", "--yes")
        self.assertEqual((status, asked["left_on_servers"]), (PENDING, left))
        ended = self.run_program("--log-level", "debug", "run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertNotIn("erasing @lovelace", ended.stderr)
        status, listed = self.commhost("audit", "--user", f"erased-{asked['user']}", "--action", "account_left_on_server")
        self.assertEqual([each["before"] for each in listed["audit"]], [{"account": "@lovelace"}])
        self.assertEqual(self.traces(self.dump().replace("@lovelace", "")), [])

    def test_an_account_that_the_provider_refuses_to_erase_stays_and_the_erasure_ends(self):
        keeper = {"id": "p-9", "username": "keeper", "display_name": "K", "email": "k@school.example"}
        self.apply([ADA, ALAN, keeper])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        asked = self.commhost("privacy", "erase", "keeper", "--yes")[1]
        self.apply([ADA, ALAN])
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertIn("is an admin's", ended.stderr)
        self.assertNotIn("@keeper", ended.stderr)
        rows = self.commhost("audit", "--user", f"erased-{asked['user']}")[1]["audit"]
        self.assertEqual([each["action"] for each in rows][:2], ["person_erased", "account_left_on_server"])

    def test_who_is_in_no_room_is_erased_at_once(self):
        self.apply([ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        # The account was never made: the room's first pass came after the person had gone.
        status, asked = self.commhost("privacy", "erase", "sis-4711", "--yes")
        self.assertEqual((status, asked["done"]), (DONE, True))
        self.assertEqual(self.traces(self.dump()), [])

    def test_nobody_is_erased_without_yes(self):
        before = self.dump()
        status, refused = self.commhost("privacy", "erase", "lovelace")
        self.assertEqual((status, refused["error"]["code"]), (FAILED, "CLI_NOT_CONFIRMED"))
        self.assertEqual(self.dump(), before)

    def test_a_provider_that_has_only_begun_is_asked_again(self):
        """WORKER_ERASING is what the task says meanwhile."""
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.commhost("privacy", "erase", "lovelace", "--yes")
        ended = self.run_program("run", "--until-idle")
        texts = json.loads((Path(__file__).parents[3] / "lang/en/core_communication.json").read_text())
        self.assertIn(texts["WORKER_ERASING"]["done"], ended.stderr)
        self.assertEqual(self.traces(self.dump()), [])

    def test_nobody_s_data_is_in_the_log_at_info_level(self):
        ended = self.run_program("--log-level", "info", "run", "--until-idle")
        self.assertEqual(ended.returncode, DONE)
        self.assertIn("Class 7a", ended.stderr)
        self.apply([ADA | {"display_name": "Countess of Lovelace"}])
        self.commhost("privacy", "erase", "lovelace", "--yes")
        told = ended.stderr + self.run_program("--log-level", "info", "run", "--until-idle").stderr
        self.assertEqual([each for each in (*TRACES, "turing", "Alan") if each in told], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
