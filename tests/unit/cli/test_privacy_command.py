"""`commhost privacy` on the built program: all that is stored about a person is exported, with what the providers' servers hold, and
an erased person is nowhere in the database. And nobody's data is in the log above debug level."""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import re
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
    "picture": "data:image/gif;base64,R0lGODlhQWRh",
}
PICTURE = hashlib.sha256(b"GIF89aAda").hexdigest()
ALAN = {"id": "sis-4712", "username": "turing", "display_name": "Alan Turing", "email": "alan@school.example"}
KEEPER = {"id": "p-9", "username": "keeper", "display_name": "K", "email": "k@school.example"}
DENIED = {"id": "p-7", "username": "denied", "display_name": "D", "email": "d@school.example"}
TWIN = {"id": "sis-9", "username": "twin", "display_name": "T", "email": "t@school.example"}
TRACES = ("sis-4711", "lovelace", "Augusta", "Byron", "Countess", "countess@", "7946", "R0lGODlhQWRh", PICTURE)


# Each column of the database that can hold text, or the number of a person: first those in which a person may be named, each of which is
# exported and erased, and then all others. A new column belongs into one of the two: ask what a roster, a server, a plugin or an admin
# can have written there.
NAMES_PEOPLE = {
    "audit": "user_id stated_before stated_after reason",
    "communication": "last_error",
    "communication_account": "user_id account",
    "communication_former_account": "user_id account",
    "communication_rule": "exempt",
    "communication_user": "user_id error",
    "directory_erasure": "user_id",
    "directory_membership": "user_id",
    "directory_picture": "digest content",
    "directory_user": "id external_id username given_name family_name display_name email fields merged_into merged_by_hand merged_said picture",
    "directory_user_source": "user_id",
    "roster_held": "changes was",
    "roster_undo": "changes",
    "service_room_value": "value",
    "service_site_value": "value",
    "task": "key payload error_text",
    "task_circuit": "reason",
}
NAMES_NOBODY = {
    "audit": "actor cause kind name action",  # an admin's login as who did something
    "communication": "provider status url held_by held_reason adopt_address",  # admins' words about a room, and its addresses
    "communication_account": "provider profile standing standing_begun picture_note",  # digests, two words and an address of a picture, which go with the row
    "communication_former_account": "provider",
    "communication_rule": "unlisted leavers ended",
    "communication_site": "id",
    "communication_user": "error_kind",
    "directory_instance": "component type external_id name topic provider settings source picture",  # courses
    "directory_instance_source": "source",
    "directory_membership": "source reference role",  # the reference goes with the row
    "directory_picture": "media_type",
    "directory_user": "source profile",  # a digest, which is emptied
    "directory_user_source": "source",
    "plugin_content": "signature checksums",
    "plugin_overview": "root host plugins",
    "plugin_probe": "hash report",
    "plugin_quarantine": "name reason",  # how a worker ended: by which signal
    "plugin_room_setting": "name value",  # admins' words about a room
    "plugin_setting": "component name value",  # and about a server
    "plugin_state": "name root",
    "roster_held": "source because decision decided_by reason",  # admins' words about an import
    "roster_read": "source digest",
    "roster_undo": "source cause read_before",
    "service_room_value": "key",  # a word of the plugin's (sdk/README.md)
    "service_site_value": "provider key",
    "store_migration": "room",
    "task": "kind queue line owner error_code",
    "task_circuit": "queue",
    "task_owner": "name",
    "task_pause": "queue reason",  # admins' words about a provider
    "task_presence": "name",
    "task_sample": "queue",
    "task_schedule": "name",
}
# By the number alone, which stays; of directory_user see the test.
STAYS = {("audit", "user_id"), ("directory_erasure", "user_id"), ("directory_user", "id")}


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

    def apply(self, people, members=None, status=DONE):
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": people,
            "instances": [{"id": "7a", "name": "Class 7a"}],
            "memberships": [{"instance": "7a", "user": each["id"], "role": "student"} for each in members or people],
        }
        (self.directory / "roster.json").write_text(json.dumps(document))
        self.assertEqual(self.commhost("roster", "apply", "roster.json")[0], status)

    def dump(self):
        """Every value of every table; a written page that nothing refers to is not asked for."""
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            return "\n".join(database.iterdump())

    def sql(self, statement, *values):
        """Changes what is stored, behind the program's back: a past that a test cannot wait for."""
        with contextlib.closing(sqlite3.connect(self.directory / "state" / "commhost.db")) as database, database:
            return database.execute(statement, values).fetchall()

    def rows(self):
        """Every row of every table that holds something, by table."""
        tables = [name for (name,) in self.sql("select name from sqlite_master where type = 'table' order by name")]
        return {table: self.sql(f"select * from {table}") for table in tables}

    def columns(self, table):
        return [column for _, column, *_ in self.sql(f"pragma table_info({table})")]

    def traces(self, text):
        return [each for each in TRACES if each in text]

    def test_all_that_is_stored_about_a_person_is_exported_and_what_is_sent_where(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        # As a provider keeps it that shows pictures, which this one does not.
        note = "0a1b mxc://school.example/portrait"
        self.sql("update communication_account set picture_note = ?", note)
        ended = self.run_program("privacy", "export", "lovelace")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        document = json.loads(ended.stdout)
        person = ADA | {"status": "active"}
        self.assertEqual(document["picture"], person.pop("picture"))
        self.assertEqual(document["person"], person)
        self.assertEqual(document["sources"], ["default"])
        (membership,) = document["memberships"]
        self.assertEqual(
            (membership["instance"], membership["role"], membership["source"]), ("school/course/7a", "student", "default")
        )
        self.assertEqual(
            document["accounts"],
            [{"provider": "erases_people", "account": "@lovelace", "made_by_provider": True, "former": False, "picture_note": note}],
        )
        self.assertEqual(
            document["held_by_providers"],
            [
                {
                    "provider": "erases_people",
                    "account": "@lovelace",
                    "asked": True,
                    "records": [
                        {"name": "username", "content": "@lovelace"},
                        {"name": "messages", "content": [1, 2.5, None]},
                    ],
                }
            ],
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
        self.apply([ADA, ALAN, KEEPER])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        asked = self.commhost("privacy", "erase", "keeper", "--yes")[1]
        self.apply([ADA, ALAN])
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertIn("is an admin's", ended.stderr)
        self.assertNotIn("@keeper", ended.stderr)
        rows = self.commhost("audit", "--user", f"erased-{asked['user']}")[1]["audit"]
        self.assertEqual([each["action"] for each in rows][:2], ["person_erased", "account_left_on_server"])

    def test_a_provider_that_cannot_tell_what_its_server_holds_is_named_and_the_rest_is_exported(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        before = "@lovelace"
        for account, reason in (
            ("@away", "the server is away"),
            ("@crasher", "it was killed by signal 6"),
            ("@garbled", "the record 'messages' is not in JSON"),
            ("@chatty", "it told more than 4096 KiB"),
        ):
            with self.subTest(account):
                self.sql("update communication_account set account = ? where account = ?", account, before)
                before = account
                ended = self.run_program("privacy", "export", "lovelace")
                self.assertEqual(ended.returncode, PENDING, ended.stderr)
                self.assertIn(f"{reason}. ", ended.stderr)
                document = json.loads(ended.stdout)
                (held,) = document["held_by_providers"]
                self.assertEqual(
                    held,
                    {
                        "provider": "erases_people",
                        "account": account,
                        "asked": False,
                        "code": "WORKER_EXPORT",
                        "reason": reason,
                    },
                )
                self.assertEqual(document["person"]["username"], "lovelace")
                self.assertEqual(len(document["rooms"]), 1)

    def test_a_plugin_that_is_not_there_cannot_tell_and_one_that_is_disabled_is_not_run(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.assertEqual(self.commhost("plugin", "disable", "erases_people")[0], DONE)
        status, document = self.commhost("privacy", "export", "lovelace")
        self.assertEqual((status, document["held_by_providers"][0]["asked"]), (PENDING, False))
        self.assertNotIn("..", self.run_program("privacy", "export", "lovelace").stderr)
        shutil.rmtree(self.directory / "plugins" / "erases_people")
        status, document = self.commhost("privacy", "export", "lovelace")
        self.assertEqual((status, document["held_by_providers"][0]["code"]), (PENDING, "WORKER_EXPORT"))

    def full_life(self):
        """Somebody of whom each table has something that can name a person: removals that are held, an import that can be taken back,
        an account that another one replaced, errors, rules and values that name an account, an erasure that has failed."""
        self.apply([ADA, ALAN, TWIN], members=[ADA, ALAN])
        for words in (("merge", "turing", "lovelace"), ("unmerge", "turing"), ("merge", "twin", "lovelace")):
            self.assertEqual(self.commhost("roster", *words, "--reason", "one and the same", "--yes")[0], DONE)
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        (self.directory / "commhost.json").write_text(
            json.dumps({"default_provider": "erases_people", "removals": {"total": {"number": 0}}})
        )
        self.apply([ADA | {"display_name": "Countess of Lovelace"}, ALAN, TWIN], members=[ALAN], status=PENDING)
        number = self.sql("select id from directory_user where username = 'lovelace'")[0][0]
        # A roster says the same of the twin as the admin did.
        self.sql("update directory_user set merged_said = ? where username = 'twin'", number)
        # As record_accounts leaves it where a provider tells another account.
        self.sql("update communication_account set account = '@countess' where user_id = ?", number)
        self.sql("insert into communication_former_account values ('erases_people', ?, '@lovelace', 1)", number)
        self.sql(
            "insert into audit (at, actor, cause, reason, kind, user_id, name, action, stated_before, stated_after) values "
            "(1, 'worker', '', 'as Augusta wished', 'user', ?, 'erases_people', 'account_made', ?, ?)",
            number,
            '{"account":"@lovelace"}',
            '{"account":"@countess"}',
        )
        self.sql("update communication set last_error = 'lovelace is in the way'")
        self.sql("update communication_user set error = 'taken by @lovelace', attempts = 1 where user_id <> ?", number)
        room = self.commhost("room", "list")[1]["rooms"][0]["id"]
        self.assertEqual(self.commhost("room", "rules", str(room), "--exempt", "@lovelace")[0], DONE)
        # Of an erasure that failed before it was withdrawn.
        self.sql(
            "insert into task (kind, queue, key, lane, payload, state, created, due) values ('erase', 'erases_people', ?, 3, ?, 3, 1, 1)",
            f"erase/erases_people/{number}",
            f'{{"user":{number}}}',
        )
        self.sql("update task set error_code = 'rejected', error_text = 'not @lovelace', error_time = 1")
        self.sql(
            "insert into task_circuit (queue, outages, since, newest, reason) "
            "values ('erases_people', 1, 1, 1, 'no answer about @lovelace')"
        )
        self.sql(
            "insert into audit (at, actor, cause, reason, kind, name, action, stated_before) values "
            "(1, 'worker', '', '', 'membership', 'erases_people', 'taken_out_of_room', ?)",
            '{"account":"@lovelace"}',
        )
        return number

    def test_whatever_table_names_a_person_the_export_shows_it_and_the_erasure_takes_it_out(self):
        number = self.full_life()
        document = self.commhost("privacy", "export", "lovelace")[1]
        self.assertEqual(document["number"], number)
        mentioned = {each["in"] for each in document["mentioned"]}
        # Of each table in which the person's names or number stand: where the export shows it, and how many rows that are.
        shown = {
            "audit": len(document["audit"]),
            "communication": sum(each["in"] == "room" for each in document["mentioned"]),
            "communication_account": sum(not each["former"] for each in document["accounts"]),
            "communication_former_account": sum(each["former"] for each in document["accounts"]),
            "communication_rule": sum(each["in"] == "room_rule" for each in document["mentioned"]),
            "communication_user": len(document["rooms"]) + sum(each["in"] == "member" for each in document["mentioned"]),
            "directory_membership": len(document["memberships"]),
            "directory_picture": document["picture"] is not None,
            "directory_user": 1,
            "directory_user_source": len(document["sources"]),
            "roster_held": sum(each["kept_for"] == "held" for each in document["kept_changes"]),
            "roster_undo": sum(each["kept_for"] == "undo" for each in document["kept_changes"]),
            "service_room_value": sum(each["room"] is not None for each in document["kept_by_providers"]),
            "service_site_value": sum(each["room"] is None for each in document["kept_by_providers"]),
            "task": sum(each["in"] == "task" for each in document["mentioned"]),  # also those of document["tasks"]
            "task_circuit": sum(each["in"] == "queue" for each in document["mentioned"]),
        }
        self.assertNotIn(0, shown.values(), shown)
        self.assertEqual([each["state"] for each in document["tasks"]], ["failed"])
        self.assertEqual([each["person"]["id"] for each in document["merged"]], ["sis-9"])
        found = {table: len(self.naming(table, number)) for table in self.rows() if self.naming(table, number)}
        self.assertEqual(found, shown)
        named = {(table, column) for table, columns in NAMES_PEOPLE.items() for column in columns.split()}
        self.assertEqual({each for each in named if not self.names_in(*each, number)}, {("directory_erasure", "user_id")})
        self.assertEqual(mentioned, {"room", "member", "room_rule", "task", "queue"})
        changes = json.dumps(document["kept_changes"])
        self.assertIn("Countess of Something", changes)
        self.assertNotIn("turing", changes)

        status, asked = self.commhost("privacy", "erase", "lovelace", "--yes", "--reason", "Countess asked")
        self.assertEqual((status, asked["left_on_servers"]), (PENDING, []))
        ended = self.run_program("--log-level", "debug", "run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        for account in ("@lovelace", "@countess"):
            self.assertIn(f"erased {account}", ended.stderr)
        self.assertEqual(self.traces(self.dump()), [])
        self.assertEqual({each for each in named if self.names_in(*each, number)}, STAYS)
        # What README.md says stays: the number, that it was done, and what was done, without what it was about the person.
        stays = {table: self.naming(table, number) for table in self.rows() if self.naming(table, number)}
        self.assertEqual(sorted(stays), ["audit", "directory_erasure", "directory_user"])
        for row in stays["audit"]:
            self.assertEqual((row["stated_before"], row["stated_after"], row["reason"]), (None, None, ""))
        (left,) = stays["directory_user"]
        name = f"erased-{number}"
        self.assertEqual(
            {column: value for column, value in left.items() if value not in ("", None, 0, "{}")},
            {"id": number, "external_id": name, "username": name, "status": 2, "changed": left["changed"]},
        )

    def test_each_column_of_the_database_is_known_to_name_people_or_not_to(self):
        """What fails here has to be added to NAMES_PEOPLE, the export, the erasure and the test of both, or to NAMES_NOBODY."""
        for table in self.rows():
            if table.startswith("sqlite_"):
                continue
            known = f"{NAMES_PEOPLE.get(table, '')} {NAMES_NOBODY.get(table, '')}".split()
            with self.subTest(table):
                asked = {
                    name
                    for _, name, kind, *_ in self.sql(f"pragma table_info({table})")
                    if kind.lower() == "text" or name == "user_id" or name.startswith("merged_")
                }
                if table == "directory_user":
                    asked.add("id")
                self.assertEqual(sorted(known), sorted(asked))
        self.assertEqual((NAMES_PEOPLE.keys() | NAMES_NOBODY.keys()) - self.rows().keys(), set())

    def names_in(self, table, column, number):
        """The values of a column in which a name of the person stands, or the person's number."""
        numbers = {number, f"erase/erases_people/{number}", f'{{"user":{number}}}'}
        found = [value for (value,) in self.sql(f"select {column} from {table}")]
        return [each for each in found if each in numbers or self.traces(str(each)) or "@countess" in str(each)]

    def naming(self, table, number):
        """The rows of a table in which a name of the person stands, or the person's number as that of a user."""
        columns = self.columns(table)
        rows = [dict(zip(columns, row)) for row in self.sql(f"select * from {table}")]
        by_number = "id" if table == "directory_user" else "user_id"
        return [
            row
            for row in rows
            if row.get(by_number) == number
            or self.traces("\n".join(value for value in row.values() if isinstance(value, str)))
        ]

    def test_whoever_was_merged_into_a_person_is_exported_with_all_that_is_stored_of_them(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.apply([ADA, ALAN, TWIN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        alone = self.commhost("privacy", "export", "twin")[1]
        self.assertEqual([each["account"] for each in alone["accounts"]], ["@twin"])
        self.assertEqual(self.commhost("roster", "merge", "twin", "lovelace", "--reason", "the same", "--yes")[0], DONE)
        document = self.commhost("privacy", "export", "lovelace")[1]
        (merged,) = document["merged"]
        self.assertEqual((merged["merged_into"], merged["person"]), ("sis-4711", alone["person"] | {"fields": {}}))
        self.assertEqual(merged["said_to_be"], {"by_source": None, "by_admin": "sis-4711"})
        for part in ("number", "sources", "memberships", "rooms", "accounts", "kept_changes", "kept_by_providers"):
            self.assertEqual(merged[part], alone[part], part)
        self.assertTrue(merged["rooms"] and merged["kept_changes"] and merged["memberships"])
        self.assertEqual([each["account"] for each in merged["held_by_providers"]], ["@twin"])
        self.assertEqual([each["action"] for each in merged["audit"]][0], "user_merged")
        # It says who the twin is, too.
        self.assertEqual(document["audit"][0]["action"], "user_merged")

    def test_rules_that_leave_an_account_of_the_person_alone_are_exported_with_their_course_and_their_audit(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        room = self.commhost("room", "list")[1]["rooms"][0]["id"]
        self.assertEqual(self.commhost("room", "rules", str(room), "--exempt", "@lovelace")[0], DONE)
        # A course whose groups have the rooms has none.
        self.sql("insert into directory_instance (component, type, external_id, name, topic, status, provider, settings, source, "
                 "changed) values ('school', 'course', '8b', 'Class 8b', '', 0, '', '', 'default', 1)")
        self.sql("insert into communication_rule (instance_id, exempt) select id, ? from directory_instance where external_id = '8b'",
                 '["@lovelace","@turing"]')
        document = self.commhost("privacy", "export", "lovelace")[1]
        self.assertEqual(
            [(each["in"], each["instance"], each["number"], each["text"]) for each in document["mentioned"]],
            [("room_rule", "school/course/7a", None, "@lovelace"), ("room_rule", "school/course/8b", None, "@lovelace")],
        )
        self.assertEqual((document["audit"][0]["action"], document["audit"][0]["after"]), ("room_rules_changed", {"exempt": ["@lovelace"]}))

    def test_rules_with_a_person_s_address_are_exported_and_name_nobody_once_the_person_is_erased(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        room = str(self.commhost("room", "list")[1]["rooms"][0]["id"])
        exempt = [word for each in (ADA["email"], ADA["username"], "@turing") for word in ("--exempt", each)]
        self.assertEqual(self.commhost("room", "rules", room, *exempt)[0], DONE)
        document = self.commhost("privacy", "export", "lovelace")[1]
        self.assertEqual(
            {each["text"] for each in document["mentioned"] if each["in"] == "room_rule"}, {ADA["email"], ADA["username"]}
        )
        self.assertEqual(sum(each["action"] == "room_rules_changed" for each in document["audit"]), 1)
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.assertEqual(self.traces(self.dump()), [])
        self.assertEqual(self.sql("select exempt from communication_rule"), [('["@turing"]',)])

    def test_who_was_merged_into_a_person_is_erased_with_them(self):
        self.apply([ADA, ALAN, {"id": "sis-9", "username": "byron-a", "merged_into": "sis-4711"}])
        document = self.commhost("privacy", "export", "lovelace")[1]
        self.assertEqual(([each["person"]["id"] for each in document["merged"]], document["merged_into"]), (["sis-9"], None))
        twin = self.commhost("privacy", "export", "sis-9")[1]
        self.assertEqual(twin["merged_into"], "sis-4711")
        self.assertEqual(twin["said_to_be"], {"by_source": "sis-4711", "by_admin": None})
        status, asked = self.commhost("privacy", "erase", "lovelace", "--yes")
        self.assertEqual(len(asked["merged"]), 1)
        self.apply([ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.assertEqual(self.traces(self.dump()), [])
        self.assertNotIn("sis-9", self.dump())
        self.assertNotIn("byron-a", self.dump())

    def test_an_account_that_the_server_goes_on_refusing_stays_at_the_last_attempt_and_the_erasure_ends(self):
        self.apply([ADA, ALAN, DENIED])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        asked = self.commhost("privacy", "erase", "denied", "--yes")[1]
        self.apply([ADA, ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, PENDING)
        # A server's faults are refusals, too: it is asked again, as often as for anything else.
        for attempts, status in ((8, PENDING), (9, DONE)):
            self.assertIsNone(self.commhost("privacy", "export", "denied")[1]["erasure"]["done"])
            # The tries before would have it wait for a quarter of an hour: nothing that a run until idle waits for.
            self.sql("update task set attempts = ?, tries = 30, due = 0, state = 0 where kind = 'erase'", attempts)
            ended = self.run_program("run", "--until-idle")
            self.assertEqual(ended.returncode, status, ended.stderr)
        self.assertNotIn("@denied", ended.stderr)
        rows = self.commhost("audit", "--user", f"erased-{asked['user']}")[1]["audit"]
        self.assertEqual([each["action"] for each in rows][:2], ["person_erased", "account_left_on_server"])
        self.assertEqual(rows[1]["before"], {"account": "@denied"})
        self.assertEqual(self.sql("select count(*) from task where kind = 'erase'"), [(0,)])

    def has_accounts(self, account, *former):
        """What ada has and had at the provider, as record_accounts leaves it; returns her number. No account: only former ones."""
        number = self.sql("select id from directory_user where username = 'lovelace'")[0][0]
        self.sql("delete from communication_account where user_id = ?", number)
        if account:
            self.sql("insert into communication_account (provider, user_id, account, origin, profile) values ('erases_people', ?, ?, 1, '')", number, account)
        for each in former:
            self.sql("insert into communication_former_account values ('erases_people', ?, ?, 1)", number, each)
        return number

    def accounts(self):
        return sorted(self.sql("select account from communication_account"))

    def run_and_meanwhile(self, act):
        """A run in which something happens while the provider erases "@gate"; returns what it said."""
        gate = self.directory / "gate"
        os.mkfifo(gate)
        (self.directory / "commhost.json").write_text(
            json.dumps({"default_provider": "erases_people", "settings": {"erases_people": {"gate": str(gate)}}})
        )
        with concurrent.futures.ThreadPoolExecutor() as threads:
            running = threads.submit(self.run_program, "--log-level", "debug", "run", "--until-idle")
            # The gate opens when somebody comes to it; a run that ended without coming opens it, too.
            running.add_done_callback(lambda _: os.close(os.open(gate, os.O_RDONLY | os.O_NONBLOCK)))
            opened = os.open(gate, os.O_WRONLY)
            try:
                self.assertFalse(running.done(), "nobody came to the gate")
                act()
            finally:
                os.close(opened)
            ended = running.result()
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertIn("erased @gate", ended.stderr)
        return ended.stderr

    def turing_gets(self, account):
        """A newcomer who is matched to an account that somebody had."""
        self.sql("update communication_account set account = ? where account = '@turing'", account)

    def test_an_account_that_becomes_somebody_else_s_while_others_are_erased_is_not_erased(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        number = self.has_accounts("@gate", "@lovelace")
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.apply([ALAN])
        told = self.run_and_meanwhile(lambda: self.turing_gets("@lovelace"))
        self.assertNotIn("erasing @lovelace", told)
        self.assertNotIn("erased @lovelace", told)
        self.assertEqual(self.accounts(), [("@lovelace",)])
        self.assertIsNotNone(self.commhost("privacy", "export", f"erased-{number}")[1]["erasure"]["done"])

    def test_an_account_that_becomes_somebody_else_s_while_it_is_erased_is_not_forgotten(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        number = self.has_accounts("", "@gate")
        room = self.commhost("room", "list")[1]["rooms"][0]["id"]
        self.assertEqual(self.commhost("room", "rules", str(room), "--exempt", "@gate")[0], DONE)
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.apply([ALAN])
        self.run_and_meanwhile(lambda: self.turing_gets("@gate"))
        self.assertEqual(self.accounts(), [("@gate",)])
        self.assertEqual(self.sql("select exempt from communication_rule"), [('["@gate"]',)])
        rows = self.commhost("audit", "--user", f"erased-{number}")[1]["audit"]
        # The person is erased as soon as no account is theirs, be the server's answer there or not.
        self.assertEqual({each["action"] for each in rows[:2]}, {"person_erased", "account_erased"})

    def test_who_is_named_again_while_accounts_are_erased_loses_no_other_one(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.has_accounts("@gate", "@lovelace")
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.apply([ALAN])
        told = self.run_and_meanwhile(lambda: self.apply([ADA, ALAN]))
        self.assertNotIn("erasing @lovelace", told)
        self.assertNotIn("erased @lovelace", told)
        has = self.commhost("privacy", "export", "lovelace")[1]["accounts"]
        self.assertEqual(sorted(each["account"] for each in has), ["@gate", "@lovelace"])
        # Whoever wonders why that one lets nobody in finds it there.
        rows = self.commhost("audit", "--user", "lovelace", "--action", "account_erased")[1]["audit"]
        self.assertEqual([each["before"] for each in rows], [{"account": "@gate"}])

    def test_an_account_that_is_refused_keeps_no_other_one_from_being_erased(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.has_accounts("@denied", "@lovelace")
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.apply([ALAN])
        ended = self.run_program("--log-level", "debug", "run", "--until-idle")
        self.assertEqual(ended.returncode, PENDING, ended.stderr)
        self.assertIn("erasing @lovelace", ended.stderr)
        self.assertIn("does not want to erase", self.sql("select error_text from task where kind = 'erase'")[0][0])

    def test_an_account_that_is_still_being_erased_keeps_no_other_one_from_being_erased(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.has_accounts("@countess", "@lovelace")
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.apply([ALAN])
        ended = self.run_program("--log-level", "debug", "run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        said = re.findall(r"eras(?:ing|ed) @\w+", ended.stderr)
        self.assertEqual(said, ["erasing @countess", "erased @lovelace", "erased @countess"])

    def test_an_account_that_was_left_is_listed_until_somebody_says_that_it_was_erased_by_hand(self):
        self.apply([ADA, ALAN, KEEPER])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        number = self.commhost("privacy", "erase", "keeper", "--yes")[1]["user"]
        self.apply([ADA, ALAN])
        self.assertEqual(self.commhost("privacy", "left"), (DONE, {"left": []}))
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        (left,) = self.commhost("privacy", "left")[1]["left"]
        self.assertEqual((left["person"], left["provider"], left["account"]), (number, "erases_people", "@keeper"))
        self.assertIn("@keeper", self.run_program("privacy", "left").stdout)
        for words in (
            (str(number), "erases_people", "--account", "@turing"),
            (str(number), "matrix"),
            ("turing", "erases_people"),
        ):
            status, refused = self.commhost("privacy", "erased", *words)
            self.assertEqual((status, refused["error"]["code"]), (FAILED, "CLI_NOT_LEFT"))
        status, done = self.commhost("privacy", "erased", str(number), "erases_people", "--reason", "by the server's admin")
        self.assertEqual((status, done), (DONE, {"person": number, "provider": "erases_people", "accounts": 1}))
        self.assertEqual(self.commhost("privacy", "left"), (DONE, {"left": []}))
        self.assertNotIn("@keeper", self.dump())
        row = self.commhost("audit", "--user", f"erased-{number}")[1]["audit"][0]
        self.assertEqual((row["action"], row["reason"]), ("account_erased_by_hand", "by the server's admin"))
        self.assertTrue(row["actor"].startswith("admin:"))
        self.assertIsNotNone(row["at"])
        again = self.commhost("privacy", "erased", f"erased-{number}", "erases_people")
        self.assertEqual(again[1]["error"]["code"], "CLI_NOT_LEFT")

    def test_an_erasure_that_has_failed_goes_on_when_somebody_says_that_it_was_done_by_hand(self):
        self.apply([ADA, ALAN, DENIED])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        number = self.commhost("privacy", "erase", "denied", "--yes")[1]["user"]
        self.apply([ADA, ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, PENDING)
        by_hand = ("privacy", "erased", "denied", "erases_people", "--reason", "by the server's admin")
        with self.subTest("not while a worker is at it"):
            self.sql("update task set state = 1, owner = 'somebody' where kind = 'erase'")
            self.assertEqual(self.commhost(*by_hand)[1]["error"]["code"], "TASK_RUNNING")
        self.sql("update task set state = 3 where kind = 'erase'")
        status, document = self.commhost("privacy", "export", "denied")
        self.assertEqual([(each["kind"], each["state"]) for each in document["tasks"]], [("erase", "failed")])
        with self.subTest("a roster names the person again: that withdraws the erasure, and the account stays"):
            self.apply([ADA, ALAN, DENIED])
            self.assertEqual(self.commhost(*by_hand)[1]["error"]["code"], "CLI_NOT_LEFT")
            self.commhost("privacy", "erase", "denied", "--yes")
            self.apply([ADA, ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, PENDING)
        self.sql("update task set state = 3 where kind = 'erase'")
        self.assertEqual(self.commhost(*by_hand)[0], DONE)
        self.assertNotIn("denied", self.dump())
        rows = self.commhost("audit", "--user", f"erased-{number}")[1]["audit"]
        self.assertEqual([each["action"] for each in rows][:2], ["person_erased", "account_erased_by_hand"])

    def test_where_a_long_error_is_cut_no_half_of_a_name_is_left(self):
        self.apply([ADA, ALAN, DENIED | {"id": "p-77", "username": "prolix"}])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.commhost("privacy", "erase", "prolix", "--yes")
        self.apply([ADA, ALAN])
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, PENDING, ended.stderr)
        ((stored,),) = self.sql("select error_text from task where kind = 'erase'")
        self.assertTrue(stored.endswith(" @prolix ..."), stored)  # which the end of the erasure finds
        self.assertNotRegex(stored, r"@p(?!rolix )")
        self.assertIn("*** *** ***", ended.stderr)
        self.assertNotIn("@p", ended.stderr)

    def test_where_a_room_s_long_error_is_cut_no_half_of_a_name_is_left_and_the_log_has_none(self):
        self.apply([ADA, ALAN, DENIED | {"id": "p-78", "username": "wordy"}])
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, PENDING, ended.stderr)
        for statement in ("select last_error from communication", "select error_text from task where kind = 'reconcile'"):
            ((stored,),) = self.sql(statement)
            self.assertTrue(stored.endswith(" @wordy ..."), stored)
            self.assertNotRegex(stored, r"@w(?!ordy )")
        self.assertIn("*** *** ***", ended.stderr)
        self.assertNotIn("@w", ended.stderr)

    def test_an_erasure_at_a_provider_that_is_gone_goes_on_when_somebody_says_that_it_was_done_by_hand(self):
        for number_of in (str, lambda number: "lovelace"):
            self.apply([ADA, ALAN])
            self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
            number = self.commhost("privacy", "erase", "lovelace", "--yes")[1]["user"]
            self.apply([ALAN])
            self.sql("delete from communication_user where user_id = ?", number)  # out of the room
            self.assertEqual(self.commhost("plugin", "disable", "erases_people")[0], DONE)
            self.run_program("run", "--until-idle")
            self.assertEqual(self.sql("select state from task where kind = 'erase'"), [(0,)])
            status, done = self.commhost("privacy", "erased", number_of(number), "erases_people", "--reason", "by hand")
            self.assertEqual((status, done), (DONE, {"person": number, "provider": "erases_people", "accounts": 1}))
            self.assertEqual(self.traces(self.dump()), [])
            self.assertEqual(self.sql("select count(*) from task where kind = 'erase'"), [(0,)])
            self.assertEqual(self.commhost("plugin", "enable", "erases_people")[0], DONE)

    def test_a_provider_that_is_uninstalled_leaves_the_accounts_of_erasures_under_way(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        number = self.commhost("privacy", "erase", "lovelace", "--yes")[1]["user"]
        status, gone = self.commhost("plugin", "uninstall", "erases_people", "--rooms", "forget", "--yes")
        self.assertEqual(status, DONE, gone)
        (left,) = self.commhost("privacy", "left")[1]["left"]
        self.assertEqual((left["person"], left["provider"], left["account"]), (number, "erases_people", "@lovelace"))
        status, refused = self.commhost("privacy", "erased", f"00{number}", "erases_people")
        self.assertEqual((status, refused["error"]["code"]), (FAILED, "DIRECTORY_USER"))
        self.assertEqual(self.commhost("privacy", "erased", str(number), "erases_people")[0], DONE)
        self.assertEqual(self.commhost("privacy", "left"), (DONE, {"left": []}))

    def test_the_number_of_an_account_that_was_left_is_taken_before_the_id_of_somebody_else(self):
        self.apply([ADA, ALAN, KEEPER])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        number = self.commhost("privacy", "erase", "keeper", "--yes")[1]["user"]
        self.apply([ADA, ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        # As where the erasure was withdrawn after the account had been left: no user is called erased-NUMBER.
        self.sql("delete from directory_erasure")
        self.sql("update directory_user set external_id = 'p-9', username = 'keeper' where id = ?", number)
        self.sql("update directory_user set external_id = ? where username = 'turing'", str(number))
        self.assertEqual(self.commhost("privacy", "left")[1]["left"][0]["person"], number)
        status, done = self.commhost("privacy", "erased", str(number), "erases_people")
        self.assertEqual((status, done["person"], done["accounts"]), (DONE, number, 1))
        self.assertEqual(self.commhost("privacy", "left"), (DONE, {"left": []}))

    def test_more_than_come_to_their_end_at_once_are_erased_before_a_run_is_over(self):
        many = [{"id": f"m-{each}", "username": f"many.{each}"} for each in range(1100)]
        self.apply([ADA, ALAN, *many], members=[ADA, ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        # Now there is nothing else for a run to do.
        self.sql("insert into directory_erasure (user_id, asked) select id, 1 from directory_user where external_id like 'm-%'")
        self.sql("delete from directory_user_source where user_id in (select user_id from directory_erasure)")
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertEqual(self.sql("select count(*) from directory_erasure where done is null"), [(0,)])
        self.assertEqual(self.sql("select count(*) from directory_user where username like 'many.%'"), [(0,)])

    def test_who_is_in_no_room_is_erased_at_once(self):
        self.apply([ALAN])
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        # The account was never made: the room's first pass came after the person had gone.
        status, asked = self.commhost("privacy", "erase", "sis-4711", "--yes")
        self.assertEqual((status, asked["done"]), (DONE, True))
        self.assertEqual(self.traces(self.dump()), [])

    def test_an_erasure_that_cannot_be_written_keeps_no_other_job_from_being_done(self):
        """WORKER_ERASURES says so."""
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        self.sql(
            "create trigger kept before update of external_id on directory_user begin select raise(abort, 'kept as it is'); end"
        )
        self.commhost("privacy", "erase", "lovelace", "--yes")
        self.sql("update task_schedule set next_due = 0")
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertEqual(ended.stderr.count("WORKER_ERASURES"), 1, ended.stderr)
        self.assertGreater(self.sql("select min(next_due) from task_schedule")[0][0], 0)

    def test_an_id_that_an_earlier_commhost_let_a_roster_give_keeps_nobody_from_being_erased(self):
        self.assertEqual(self.run_program("run", "--until-idle").returncode, DONE)
        ((number,),) = self.sql("select id from directory_user where username = 'lovelace'")
        taken = f"erased-{number}"
        self.sql("update directory_user set external_id = ? where username = 'turing'", taken)
        self.commhost("privacy", "erase", "lovelace", "--yes")
        ended = self.run_program("run", "--until-idle")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        self.assertNotIn("WORKER_ERASURES", ended.stderr)
        self.assertEqual(self.traces(self.dump()), [])
        names = dict(self.sql("select username, external_id from directory_user"))
        self.assertEqual(names, {"turing": taken, f"erased-0{number}": f"erased-0{number}"})
        self.assertEqual(self.commhost("audit", "--user", f"erased-0{number}")[1]["audit"][0]["action"], "person_erased")

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
