"""`commhost room`'s commands that change something, on the built program. No chat server is needed: nothing is carried out."""

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from contextlib import closing
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, WRONG_USAGE = 0, 1, 64
SCHOOL = {
    "format": "commhost-roster",
    "version": 1,
    "scope": "full",
    "component": "school",
    "users": [{"id": "p-1", "username": "ada"}, {"id": "p-2", "username": "bob"}],
    "instances": [{"id": "7a", "name": "Class 7a"}],
    "memberships": [{"instance": "7a", "user": "p-1", "role": "student"}],
}


class Room(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-room-"))
        self.addCleanup(shutil.rmtree, self.directory)
        for name in ("good", "good_b"):
            self.plugin(name)
        (self.directory / "commhost.json").write_text(
            json.dumps({"plugin_roots": [str(self.directory / "plugins")], "default_provider": "good"})
        )
        (self.directory / "roster.json").write_text(json.dumps(SCHOOL))
        self.environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        self.json("roster", "apply", "roster.json")

    def plugin(self, name):
        folder = self.directory / "plugins" / name
        shutil.copytree(FAULTS / "good", folder)
        if name == "good":
            return
        for file in [*folder.rglob("*")]:
            if file.is_file() and file.suffix == ".json":
                file.write_text(file.read_text().replace("communication_good", f"communication_{name}"))
            if file.is_file() and "communication_good" in file.name:
                file.rename(file.with_name(file.name.replace("communication_good", f"communication_{name}")))

    def run_words(self, *words, **how):
        return subprocess.run(
            [PROGRAM, "--config", "commhost.json", *words], cwd=self.directory, env=self.environment, capture_output=True, text=True, **how
        )

    def json(self, *words):
        ended = self.run_words(*words, "--json")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        return json.loads(ended.stdout)

    def refused(self, *words):
        ended = self.run_words(*words, "--json")
        self.assertEqual(ended.returncode, FAILED, ended.stdout)
        return json.loads(ended.stdout)["error"]["code"]

    def rooms(self):
        return {each["instance"]: each for each in self.json("room", "list", "--all")["rooms"]}

    def ask_for_rooms(self):
        """As where workers have asked for each room, and nobody knows what became of that: one that nobody asked for is gone when it is left."""
        with closing(sqlite3.connect(self.directory / "state" / "commhost.db")) as database, database:
            database.execute("update communication set begun = 1")

    def test_a_room_that_nobody_was_asked_to_make_leaves_nothing_behind(self):
        self.json("room", "switch", "7a", "good_b")
        self.json("room", "switch", "7a", "good")
        self.assertEqual([each["provider"] for each in self.json("room", "list", "--all")["rooms"]], ["good"])
        self.assertEqual([each["provider"] for each in self.json("task", "list")["tasks"]], ["good"])
        self.json("room", "create", "staff", "--name", "All staff")
        self.json("room", "delete", "staff", "--then", "purge", "--yes")
        self.assertEqual(set(self.rooms()), {"school/course/7a"})
        self.json("room", "switch", "7a", "none")
        ended = self.run_words("run", "--until-idle")
        self.assertEqual((ended.returncode, self.rooms(), self.json("task", "list")["tasks"]), (DONE, {}, []), ended.stderr)

    def test_a_room_is_moved_to_another_provider_and_back_to_none(self):
        self.ask_for_rooms()
        self.assertEqual(self.json("room", "switch", "7a", "good_b")["queued"], 2)
        found = self.json("room", "list", "--all")["rooms"]
        self.assertEqual({(each["provider"], each["state"]) for each in found}, {("good", "dormant, pending"), ("good_b", "pending")})
        self.assertEqual(self.refused("room", "switch", "7a", "ghost"), "PLUGIN_UNKNOWN")
        self.json("room", "switch", "7a", "none")
        self.assertEqual(self.json("room", "list")["rooms"], [])
        self.assertEqual(self.json("roster", "apply", "roster.json")["without_room"], 0)
        self.assertEqual(self.json("room", "list")["rooms"], [])

    def grouped(self, *memberships):
        """Class 7a with the group a; who is in what: "7a p-1" and so on."""
        members = [dict(zip(("instance", "user"), each.split()), role="student") for each in memberships]
        for each in members:
            each["type"] = "group" if each["instance"] == "a" else "course"
        instances = [{**SCHOOL["instances"][0], "groups": [{"id": "a", "name": "A"}]}]
        (self.directory / "roster.json").write_text(json.dumps({**SCHOOL, "instances": instances, "memberships": members}))
        self.json("roster", "apply", "roster.json")

    def test_a_course_without_groups_and_a_group_keep_their_rooms(self):
        self.assertEqual(self.refused("room", "groups", "7a", "on", "--yes"), "CLI_NO_GROUPS")
        self.assertFalse(self.json("room", "groups", "7a")["group_rooms"])
        self.grouped("7a p-1", "a p-1")
        self.assertEqual(self.refused("room", "groups", "a", "on", "--yes"), "CLI_NO_GROUPS")
        self.assertEqual(set(self.rooms()), {"school/course/7a", "school/group/a"})

    def test_before_somebody_is_in_no_room_any_more_it_is_asked(self):
        self.grouped("7a p-1", "7a p-2", "a p-1")
        self.assertEqual(self.refused("room", "groups", "7a", "on"), "CLI_NOT_CONFIRMED")
        self.assertFalse(self.json("room", "groups", "7a")["group_rooms"])
        self.assertIn("1 person of no group leaves", self.run_words("room", "groups", "7a", "on").stderr)
        self.grouped("7a p-1", "7a p-2", "a p-1", "a p-2")
        self.assertTrue(self.json("room", "groups", "7a", "on")["group_rooms"])
        self.assertEqual(self.json("room", "groups", "7a", "on")["queued"], 0)
        changes = self.json("audit", "--action", "instance_changed")
        self.assertEqual(json.dumps(changes).count("group_rooms"), 2)  # before and after, once

    def test_who_leaves_besides_those_who_were_asked_about_is_asked_about(self):
        self.grouped("7a p-1", "7a p-2", "a p-1")
        keyboard, terminal = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, "--config", "commhost.json", "room", "groups", "7a", "on"],
            cwd=self.directory, env=self.environment, stdin=terminal, stdout=subprocess.DEVNULL, stderr=terminal,
        )
        os.close(terminal)
        shown = b""

        def wait_for(text):
            nonlocal shown
            while text not in shown:
                shown += os.read(keyboard, 1000)  # an error once the program has ended

        try:
            wait_for(b"1 person of no group leaves")
            self.grouped("7a p-1", "7a p-2")
            os.write(keyboard, b"yes\n")
            wait_for(b"2 people of no group leave")
            self.assertFalse(self.json("room", "groups", "7a")["group_rooms"])
            os.write(keyboard, b"yes\n")
            self.assertEqual(process.wait(), DONE)
        finally:
            process.kill()
            process.wait()
            os.close(keyboard)
        self.assertTrue(self.json("room", "groups", "7a")["group_rooms"])

    def test_a_held_right_to_be_in_all_groups_is_explained_in_the_room_of_a_group(self):
        configuration = json.loads((self.directory / "commhost.json").read_text())
        (self.directory / "commhost.json").write_text(json.dumps({**configuration, "removals": {"per_room": {"number": 0}}}))
        instances = [{**SCHOOL["instances"][0], "id": "9c", "group_rooms": True, "groups": [{"id": "a", "name": "A"}]}]
        teacher = {"instance": "9c", "user": "p-1", "role": "teacher"}
        school = {**SCHOOL, "scope": "partial", "instances": instances, "memberships": [teacher]}
        (self.directory / "roster.json").write_text(json.dumps(school))
        self.json("roster", "apply", "roster.json")
        teacher["status"] = "deleted"
        (self.directory / "roster.json").write_text(json.dumps(school))
        self.assertEqual(self.run_words("roster", "apply", "roster.json").returncode, 2)
        found = self.json("room", "explain", "a", "p-1")["findings"]
        self.assertEqual([each["word"] for each in found][-2:], ["in_all_groups", "removal_held"])

    def test_a_course_that_never_had_a_room_is_given_a_provider(self):
        (self.directory / "roster.json").write_text(
            json.dumps({**SCHOOL, "instances": [{**SCHOOL["instances"][0]}, {"id": "8b", "name": "Class 8b", "provider": "none"}]})
        )
        self.json("roster", "apply", "roster.json")
        self.assertNotIn("school/course/8b", self.rooms())
        self.assertEqual(self.json("room", "switch", "8b", "good_b")["queued"], 1)
        self.assertEqual(self.rooms()["school/course/8b"]["provider"], "good_b")

    def test_a_frozen_room_says_since_when_by_whom_and_why(self):
        self.json("room", "freeze", "7a", "--reason", "exam")
        shown = self.json("room", "show", "7a")
        self.assertEqual(shown["state"], "held")
        self.assertEqual(shown["frozen"]["reason"], "exam")
        self.assertTrue(shown["frozen"]["by"])
        self.assertIn("exam", self.run_words("room", "show", "7a").stdout)
        self.json("room", "thaw", "7a")
        self.assertIsNone(self.json("room", "show", "7a")["frozen"])
        self.assertEqual(self.refused("room", "thaw", "7a"), "CLI_ROOM_NOT_FROZEN")

    def test_a_switch_that_leaves_people_without_a_room_asks(self):
        with sqlite3.connect(self.directory / "state" / "commhost.db") as database:
            database.execute("insert into communication_user (communication_id, user_id, synced) "
                             "select c.id, u.id, 1 from communication c, directory_user u")
            people = database.execute("select count(*) from directory_user").fetchone()[0]
        database.close()
        ended = self.run_words("room", "switch", "7a", "none")
        self.assertEqual(ended.returncode, FAILED, ended.stdout)
        self.assertIn(f"CLI_NOT_CONFIRMED: Not confirmed: {people} ", ended.stderr)
        self.assertIn("which has no room then", ended.stderr)
        self.json("plugin", "disable", "good_b")
        ended = self.run_words("room", "switch", "7a", "good_b")
        self.assertEqual(ended.returncode, FAILED, ended.stdout)
        self.assertIn("nobody comes into one at good_b before that can be used: ", ended.stderr)
        self.json("plugin", "enable", "good_b")
        self.ask_for_rooms()
        self.json("room", "switch", "7a", "good_b")
        self.ask_for_rooms()
        self.json("room", "switch", "7a", "none")  # nobody is in that one yet
        self.assertEqual({each["provider"] for each in self.json("room", "list", "--all")["rooms"]}, {"good", "good_b"})

    def test_a_room_that_was_never_made_and_whose_class_was_hidden_or_ended_meanwhile_waits_for_nothing_when_it_is_thawed(self):
        for status, left in (("hidden", {"school/course/7a": "dormant"}), ("deleted", {})):
            with self.subTest(status):
                number = str(self.rooms()["school/course/7a"]["id"])
                self.json("room", "freeze", number)
                course = SCHOOL["instances"][0] | {"status": status}
                (self.directory / "roster.json").write_text(json.dumps(SCHOOL | {"instances": [course], "memberships": []}))
                self.json("roster", "apply", "roster.json")
                self.json("room", "thaw", number)
                self.assertEqual({name: room["state"] for name, room in self.rooms().items()}, left)
                self.assertEqual(self.json("task", "list")["tasks"], [])

    def test_only_a_room_that_is_not_in_use_is_purged_or_forgotten_and_only_when_confirmed(self):
        number = str(self.rooms()["school/course/7a"]["id"])
        self.assertEqual(self.refused("room", "purge", number, "--yes"), "ROOM_ACTIVE")
        self.assertEqual(self.refused("room", "forget", number, "--yes"), "ROOM_ACTIVE")
        self.ask_for_rooms()
        self.json("room", "switch", "7a", "none")
        self.assertEqual(self.refused("room", "purge", number), "CLI_NOT_CONFIRMED")
        self.json("room", "freeze", number)
        self.assertEqual(self.refused("room", "purge", number, "--yes"), "ROOM_FROZEN")
        self.json("room", "thaw", number)
        self.json("room", "purge", number, "--yes")
        self.assertEqual(self.rooms()["school/course/7a"]["state"], "dormant, deleting")
        self.assertEqual(self.refused("room", "freeze", number), "ROOM_DELETING")
        self.json("room", "forget", number, "--yes")
        self.assertEqual(self.rooms(), {})

    def test_what_cannot_be_undone_is_asked_on_a_terminal(self):
        number = str(self.rooms()["school/course/7a"]["id"])
        self.ask_for_rooms()
        self.json("room", "switch", "7a", "none")
        for answer, status in (("no\n", FAILED), ("yes\n", DONE)):
            with self.subTest(answer):
                keyboard, terminal = pty.openpty()
                os.write(keyboard, answer.encode())
                ended = subprocess.run(
                    [PROGRAM, "--config", "commhost.json", "room", "forget", number],
                    cwd=self.directory, env=self.environment, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal,
                )
                os.close(terminal)
                os.close(keyboard)
                self.assertEqual(ended.returncode, status)

    def test_a_room_has_rules_of_its_own_beside_those_of_the_configuration(self):
        rules = self.json("room", "rules", "7a")
        self.assertEqual((rules["unlisted"], rules["own"]["unlisted"]), ("remove", None))
        changed = self.json("room", "rules", "7a", "--unlisted", "adopt", "--ended", "purge", "--exempt", "@bot-*")
        self.assertEqual((changed["unlisted"], changed["ended"], changed["left"]), ("adopt", "purge", "add_again"))
        self.assertEqual(self.json("room", "rules", "7a")["exempt"], ["@bot-*"])
        back = self.json("room", "rules", "7a", "--unlisted", "default", "--no-exempt")
        self.assertEqual((back["unlisted"], back["ended"], back["exempt"]), ("remove", "purge", []))
        self.assertIn("as configured", self.run_words("room", "rules", "7a").stdout)
        self.assertEqual(self.run_words("room", "rules", "7a", "--unlisted", "maybe").returncode, WRONG_USAGE)

    def test_the_rules_of_a_course_hold_for_the_rooms_of_its_groups(self):
        course = {"id": "art", "name": "Art", "group_rooms": True, "groups": [{"id": "red", "name": "Red"}, {"id": "blue", "name": "Blue"}]}
        (self.directory / "roster.json").write_text(json.dumps({**SCHOOL, "instances": [*SCHOOL["instances"], course]}))
        self.json("roster", "apply", "roster.json")
        self.assertNotIn("school/course/art", self.rooms())
        chosen = self.run_words("room", "rules", "art", "--ended", "archive", "--exempt", "@art-*")
        self.assertEqual(chosen.returncode, DONE, chosen.stderr)
        self.assertIn("cannot make a room read-only", chosen.stderr)
        red = self.json("room", "rules", "red")
        self.assertEqual((red["ended"], red["own"]["ended"], red["exempt"]), ("archive", None, ["@art-*"]))
        self.assertEqual(red["course"], {"instance": "school/course/art", "unlisted": None, "left": None, "ended": "archive"})
        self.assertIn("(as Art has it)", self.run_words("room", "rules", "red").stdout)
        self.assertIn("as configured", self.run_words("room", "rules", "red").stdout)
        own = self.json("room", "rules", "red", "--ended", "keep")
        self.assertEqual((own["ended"], own["own"]["ended"]), ("keep", "keep"))
        self.assertEqual(self.json("room", "rules", "blue")["ended"], "archive")
        self.assertEqual(self.json("room", "rules", "7a")["course"], None)
        self.assertIn(("room_rules_changed", {"ended": None, "exempt": []}, {"ended": "archive", "exempt": ["@art-*"]}), self.audit())
        self.assertEqual(self.refused("room", "rules", "chemistry"), "ROOM_UNKNOWN")

    def test_an_archive_that_its_provider_cannot_close_is_chosen_and_said(self):
        chosen = self.run_words("room", "rules", "7a", "--ended", "archive")
        self.assertEqual(chosen.returncode, DONE, chosen.stderr)
        self.assertIn("is archived", chosen.stdout)
        self.assertIn("cannot make a room read-only", chosen.stderr)
        self.assertEqual(self.json("room", "rules", "7a")["ended"], "archive")
        kept = self.run_words("room", "rules", "7a", "--ended", "keep")
        self.assertNotIn("read-only", kept.stderr)

    def test_a_room_by_hand_from_its_beginning_to_its_end(self):
        made = self.json("room", "create", "staff", "--name", "All staff", "--topic", "Tea")
        self.assertEqual((made["instance"], made["queued"]), ("commhost/room/staff", 1))
        self.assertEqual(self.refused("room", "create", "staff", "--name", "Again"), "DIRECTORY_EXISTS")
        self.json("room", "add", "staff", "p-1", "bob", "--role", "moderator")
        members = {each["user"]: each["role"] for each in self.json("room", "show", "staff")["members"]}
        self.assertEqual(members, {"p-1": "moderator", "p-2": "moderator"})
        self.assertEqual(self.refused("room", "add", "staff", "nobody"), "DIRECTORY_USER")
        self.json("room", "remove", "staff", "ada")
        self.assertEqual(self.refused("room", "remove", "staff", "ada"), "CLI_MEMBER_NOT_BY_HAND")
        self.json("room", "update", "staff", "--name", "Staff of 2027")
        self.assertEqual(self.json("room", "show", "staff")["name"], "Staff of 2027")
        self.json("roster", "apply", "roster.json")
        self.assertEqual(len(self.json("room", "show", "staff")["members"]), 1)
        self.assertEqual(self.refused("room", "delete", "staff"), "CLI_NOT_CONFIRMED")
        self.ask_for_rooms()
        self.json("room", "delete", "staff", "--then", "purge", "--yes")
        self.assertEqual(self.rooms()["commhost/room/staff"]["state"], "dormant, pending")

    def test_what_a_roster_says_is_not_changed_by_hand_and_a_picture_must_be_one(self):
        self.assertEqual(self.refused("room", "update", "7a", "--name", "Mine"), "DIRECTORY_OF_ROSTER")
        self.assertEqual(self.refused("room", "delete", "7a", "--yes"), "DIRECTORY_OF_ROSTER")
        self.assertEqual(self.refused("room", "create", "x", "--name", "X", "--picture", "roster.json"), "CLI_PICTURE")
        self.assertEqual(self.refused("room", "create", "x", "--name", "X", "--picture", "nothing.png"), "CLI_FILE_UNREADABLE")
        self.assertEqual(self.run_words("roster", "plan", "roster.json", "--source-name", "@hand").returncode, WRONG_USAGE)

    def test_a_person_without_a_display_name_is_explained_by_username_and_id(self):
        people = [*SCHOOL["users"], {"id": "eve", "username": "eve"}, {"id": "p-3", "username": "cy", "display_name": "Cy Young"}]
        (self.directory / "roster.json").write_text(json.dumps({**SCHOOL, "users": people}))
        self.json("roster", "apply", "roster.json")
        for user, name in (("ada", "ada (p-1)"), ("eve", "eve"), ("cy", "Cy Young (p-3)")):
            self.assertRegex(self.run_words("room", "explain", "7a", user).stdout, f"^{re.escape(name)} is ")

    def test_rooms_are_compared_with_their_rosters(self):
        ended = self.run_words("room", "parity", "--json")
        found = json.loads(ended.stdout)
        self.assertEqual(ended.returncode, 2)
        total = {"rooms": 1, "rooms_that_differ": 1, "roster": 1, "in_room": 0, "missing": 1, "surplus": 0}
        self.assertEqual(found["total"], total)
        people = [{"user": "p-1", "username": "ada", "missing": True, "reason": None}]
        self.assertEqual(found["rooms"][0]["people"], people)
        self.assertIn("ada", self.run_words("room", "parity", "7a").stdout)
        (self.directory / "roster.json").write_text(json.dumps({**SCHOOL, "memberships": []}))
        self.json("roster", "apply", "roster.json")
        self.assertEqual(self.json("room", "parity")["rooms"], [])

    def test_how_rooms_compare_is_told_to_a_monitoring_system(self):
        ended = self.run_words("room", "parity", "--prometheus")
        self.assertEqual(ended.returncode, DONE, ended.stderr)
        lines = ended.stdout.splitlines()
        self.assertIn('commhost_members_missing{provider="good"} 1', lines)
        self.assertIn('commhost_rooms_never_read{provider="good"} 1', lines)
        self.assertIn("# TYPE commhost_rooms gauge", lines)
        self.assertEqual(self.run_words("room", "parity", "--prometheus", "--json").returncode, WRONG_USAGE)

    def test_somebody_who_is_added_by_hand_stays_when_the_roster_lets_go(self):
        self.json("room", "add", "7a", "p-1")
        (self.directory / "roster.json").write_text(json.dumps({**SCHOOL, "memberships": []}))
        self.json("roster", "apply", "roster.json")
        self.assertEqual([each["user"] for each in self.json("room", "show", "7a")["members"]], ["p-1"])

    def audit(self, *which):
        """What was changed, the oldest first."""
        return [(each["action"], each["before"], each["after"]) for each in reversed(self.json("audit", *which)["audit"])]

    def adopting(self):
        """A provider that can adopt rooms."""
        shutil.copytree(FAULTS / "rest_chat", self.directory / "plugins" / "rest_chat")
        return "rest_chat"

    def test_a_room_of_the_server_is_to_be_that_of_an_instance_until_it_is_taken_back(self):
        asked = self.json("room", "adopt", "7a", "#hand", "--provider", self.adopting(), "--why", "it is there", "--yes")
        room = asked.pop("room")
        self.assertEqual(asked, {"instance": "school/course/7a", "provider": "rest_chat", "adopt": "#hand", "unlisted": "keep"})
        shown = self.json("room", "show", "7a")
        self.assertEqual((shown["id"], shown["provider"], shown["adopt"], shown["adopted"]), (room, "rest_chat", "#hand", False))
        self.assertIn("#hand is to be adopted", self.run_words("room", "show", "7a").stdout)
        explained = self.json("room", "explain", "7a", "ada")
        self.assertIn("room_to_adopt", [each["word"] for each in explained["findings"]])
        self.assertIn("The room is to be #hand on the server, which is not adopted yet.", explained["text"])
        self.assertIn(("rest_chat", f"reconcile/{room}"), [(each["provider"], each["key"]) for each in self.json("task", "list")["tasks"]])
        other = self.json("room", "adopt", "7a", "#other", "--yes")
        self.assertEqual((other["room"], other["adopt"]), (room, "#other"))
        self.json("room", "adopt", "7a", "--none", "--why", "a new one after all")
        self.assertIsNone(self.json("room", "show", "7a")["adopt"])
        self.assertEqual(self.refused("room", "adopt", "7a", "--none"), "ROOM_ADOPT_NOTHING")
        self.assertEqual(
            [each for each in self.audit("--room", str(room)) if each[0].startswith("room_")],
            [
                ("room_switched", {"provider": "good"}, {"provider": "rest_chat"}),
                ("room_rules_changed", {"unlisted": None}, {"unlisted": "keep"}),
                ("room_adopt_asked", {"address": None}, {"address": "#hand"}),
                ("room_adopt_asked", {"address": "#hand"}, {"address": "#other"}),
                ("room_adopt_dropped", {"address": "#other"}, {"address": None}),
            ],
        )
        reasons = [each["reason"] for each in self.json("audit", "--room", str(room), "--action", "room_adopt_asked")["audit"]]
        self.assertEqual(reasons, ["", "it is there"])

    def test_nobody_is_taken_out_of_an_adopted_room_unless_somebody_said_so(self):
        provider = self.adopting()
        for rule, words, unlisted in (
            (None, (), "keep"),
            ("remove", (), "remove"),
            ("adopt", (), "adopt"),
            ("adopt", ("--unlisted", "remove"), "remove"),
            (None, ("--unlisted", "remove"), "remove"),
        ):
            with self.subTest(rule=rule, words=words):
                self.json("room", "rules", "7a", "--unlisted", rule or "default")
                asked = self.json("room", "adopt", "7a", "#hand", "--provider", provider, *words, "--yes")
                self.assertEqual(asked["unlisted"], unlisted)
                self.assertEqual(self.json("room", "rules", "7a")["own"]["unlisted"], unlisted)
        said = self.run_words("room", "adopt", "7a", "#hand", "--unlisted", "keep", "--yes").stdout
        self.assertIn("Nobody is taken out for not being on the roster", said)

    def test_what_is_adopted_is_asked_first(self):
        provider = self.adopting()
        self.assertEqual(self.refused("room", "adopt", "7a", "#hand", "--provider", provider), "CLI_NOT_CONFIRMED")
        self.assertEqual(self.json("room", "show", "7a")["provider"], "good")

    def test_what_cannot_be_adopted_is_said_at_once(self):
        provider = self.adopting()
        adopt = ("room", "adopt", "7a", "#hand", "--yes")
        self.assertEqual(self.refused(*adopt), "ROOM_ADOPT_UNABLE")
        self.assertEqual(self.refused(*adopt, "--provider", "ghost"), "PLUGIN_UNKNOWN")
        self.assertEqual(self.refused("room", "adopt", "7z", "#hand", "--yes"), "ROOM_UNKNOWN")
        for words in ((), ("two words",), ("#hand", "--none"), ("x" * 1001,)):
            self.assertEqual(self.run_words("room", "adopt", "7a", *words, "--yes").returncode, WRONG_USAGE, words)
        self.assertEqual(self.json("room", "show", "7a")["provider"], "good")
        self.json("room", "create", "staff", "--name", "Staff", "--provider", provider)
        self.json("room", "adopt", "staff", "#staff", "--yes")
        self.assertEqual(self.refused("room", "adopt", "7a", "#staff", "--provider", provider, "--yes"), "ROOM_ADOPT_TAKEN")
        self.assertEqual(self.json("room", "show", "7a")["provider"], "good")
        self.json("room", "update", "staff", "--hide")
        self.assertEqual(self.refused("room", "adopt", "staff", "#staff", "--yes"), "ROOM_ADOPT_NO_ROOM")

    def test_a_room_may_be_adopted_by_a_plugin_of_which_it_is_not_known_what_it_can_do(self):
        provider = self.adopting()
        manifest = self.directory / "plugins" / provider / "version.json"
        manifest.write_text(manifest.read_text() + "}")
        self.json("room", "adopt", "7a", "#hand", "--provider", provider, "--yes")
        self.assertEqual(self.json("room", "show", "7a")["adopt"], "#hand")

    def test_a_room_that_is_there_is_not_left_for_one_that_may_be_adopted(self):
        provider = self.adopting()
        with closing(sqlite3.connect(self.directory / "state" / "commhost.db")) as database, database:
            database.execute("update communication set created = 1")
        self.assertEqual(self.refused("room", "adopt", "7a", "#hand", "--provider", provider, "--yes"), "ROOM_ADOPT_CREATED")
        shown = self.json("room", "show", "7a")
        self.assertEqual((shown["provider"], shown["adopt"]), ("good", None))

    def test_the_room_of_an_instance_without_one_is_adopted_by_its_name(self):
        provider = self.adopting()
        self.json("room", "switch", "7a", "none")
        self.assertEqual(self.rooms(), {})
        asked = self.json("room", "adopt", "7a", "#hand", "--provider", provider, "--yes")
        self.assertEqual((asked["instance"], asked["adopt"]), ("school/course/7a", "#hand"))

    def test_the_audit_has_what_each_command_changed(self):
        self.json("room", "create", "staff", "--name", "All staff", "--topic", "Tea")
        self.json("room", "update", "staff", "--name", "Staff", "--hide")
        self.json("room", "add", "staff", "ada")
        self.json("room", "add", "staff", "ada", "--role", "owner")
        self.json("room", "remove", "staff", "ada")
        self.json("room", "rules", "staff", "--left", "respect", "--exempt", "@bot-*")
        self.json("room", "delete", "staff", "--yes")
        whole = {"name": "All staff", "topic": "Tea", "status": "active", "provider": "", "picture": "", "group_rooms": False}
        self.assertEqual(
            self.audit("--room", "staff"),
            [
                ("instance_added", None, whole),
                ("instance_changed", {"name": "All staff", "status": "active"}, {"name": "Staff", "status": "hidden"}),
                ("membership_added", None, {"room_role": "member"}),
                ("membership_changed", {"room_role": "member"}, {"room_role": "owner"}),
                ("membership_removed", {"room_role": "owner"}, None),
                ("room_rules_changed", {"left": None, "exempt": []}, {"left": "respect", "exempt": ["@bot-*"]}),
                ("instance_removed", {"status": "hidden"}, {"status": "deleted"}),
            ],
        )

    def test_the_audit_of_a_room_outlives_it(self):
        number = str(self.rooms()["school/course/7a"]["id"])
        self.json("room", "freeze", number, "--reason", "exam")
        self.json("room", "freeze", number, "--reason", "holidays")
        self.json("room", "thaw", number)
        self.ask_for_rooms()
        self.json("room", "switch", "7a", "none")
        self.json("room", "purge", number, "--yes")
        self.json("room", "forget", number, "--yes")
        self.assertEqual(self.refused("room", "show", number), "ROOM_UNKNOWN")
        frozen, again, thawed, *others = [each for each in self.audit("--room", number) if each[0].startswith("room_")]
        self.assertEqual((frozen[1], frozen[2]["reason"]), ({"frozen": False}, "exam"))
        self.assertEqual((again[1]["reason"], again[2]["reason"]), ("exam", "holidays"))
        self.assertEqual((thawed[1]["frozen"], thawed[2]), (True, {"frozen": False}))
        self.assertEqual(
            others,
            [
                ("room_switched", {"provider": "good"}, {"provider": "none"}),
                ("room_purge_asked", {"state": "pending"}, {"state": "deleting"}),
                ("room_forgotten", {"state": "deleting"}, None),
            ],
        )
        self.assertTrue(self.audit("--room", "7a"))
        self.assertEqual(self.refused("audit", "--room", "8b"), "ROOM_UNKNOWN")
        self.assertEqual(self.refused("audit", "--room", "99"), "ROOM_UNKNOWN")


if __name__ == "__main__":
    unittest.main(verbosity=2)
