"""The sample school on a real Synapse, compared with what its CSV files say; and what later runs send."""

import shutil
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from chat_server import ChatServer, counted
from program import DONE, Commhost
from school import School, found


class SampleSchool(unittest.TestCase):
    """The whole school once; every test looks at it, and changes only classes of its own."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chat = ChatServer()
        cls.host = Commhost(cls.chat, log={"level": "info"})
        cls.addClassCleanup(cls.host.remove)
        cls.school = School(cls.host.directory / "school")
        cls.accounts_before = {
            each for each in cls.school.usernames().values() if cls.chat.has_account(cls.chat.account(each))
        }
        mark = cls.chat.mark()
        cls.host.apply(cls.school.folder)
        cls.first_run = cls.host.run_until_idle()
        cls.first_requests = cls.chat.since(mark)

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.host.directory))
        self.addCleanup(shutil.rmtree, self.folder)

    def apply_and_run(self):
        """What the run sent."""
        mark = self.chat.mark()
        self.host.apply(self.school.folder)
        self.assertEqual(self.host.run_until_idle().status, DONE)
        return self.chat.since(mark)

    def test_members_and_power_levels_are_exactly_those_of_the_roster(self):
        self.assertEqual(self.first_run.status, DONE, self.first_run)
        self.assertEqual(self.first_run.document["rooms"], {"ready": 12})
        self.assertEqual(found(self.chat, self.host), self.school.wanted(self.chat))

    def test_nobody_s_name_or_address_is_in_the_log_at_info_level(self):
        self.assertIn(self.school.classes()[0]["title"], self.first_run.err)
        people = self.school.people()
        self.assertEqual(len(people), 200)
        for row in people:
            for text in (row["email"], row["username"], f"{row['givenName']} {row['familyName']}"):
                self.assertNotIn(text, self.first_run.err)

    def test_every_room_is_named_as_its_class_private_and_of_version_11(self):
        for row in self.school.classes():
            with self.subTest(row["sourcedId"]):
                room = self.chat.room(self.host.room_id(row["sourcedId"]))
                self.assertEqual((room.name, room.join_rule, room.version), (row["title"], "invite", "11"))

    def test_the_first_run_needs_one_request_per_account_and_at_most_1_2_per_membership(self):
        kinds = counted(self.first_requests)
        print(f"\nrequests of the first run: {kinds}, in all {len(self.first_requests)}")
        accounts, memberships = 199, 257  # of the 200 people one is in no class
        self.assertEqual(self.accounts_before, set())
        self.assertEqual(kinds["PUT /_synapse/admin/v2/users/USER"], accounts)
        self.assertEqual(kinds["POST /_matrix/client/v3/createRoom"], 12)
        self.assertLessEqual(len(self.first_requests), accounts + 1.2 * memberships)
        # By one of the rooms that begin at once for all of them.
        about_the_server = ("/account/whoami", "/client/versions", "/auth_metadata")
        asked = Counter(each.path for each in self.first_requests if each.path.endswith(about_the_server))
        self.assertEqual(set(asked.values()), {1}, asked)
        self.assertEqual({path.rpartition("/")[2] for path in asked}, {"whoami", "versions", "auth_metadata"})
        # Answers to be expected: that somebody has no account yet and that an address is nobody's, where few are asked for one by one,
        # and that no other service makes the accounts.
        expected = ("/_synapse/admin/v2/users/", "/_synapse/admin/v1/threepid/email/users/", "/auth_metadata")
        refused = [each for each in self.first_requests
                   if each.status >= 400 and not (each.method == "GET" and any(path in each.path for path in expected))]
        self.assertEqual(refused, [])

    def test_a_second_apply_and_run_sends_nothing(self):
        plan = self.host.json("roster", "plan", self.school.folder)
        self.assertEqual(plan.status, DONE, "a plan of what is there already has no changes")
        self.assertEqual(self.apply_and_run(), [])

    def test_reading_all_rooms_again_sends_one_read_a_room_and_no_write(self):
        mark = self.chat.mark()
        self.assertEqual(self.host.json("room", "sync", "--all").document, {"queued": 12})
        self.assertEqual(self.host.run_until_idle().status, DONE)
        sent = counted(self.chat.since(mark))
        self.assertEqual(sent.get("GET /_matrix/client/v3/rooms/ROOM/state"), 12)
        self.assertEqual({kind for kind in sent if not kind.startswith("GET ")}, set())

    def test_one_enrolment_added_and_one_removed_touch_exactly_those_rooms(self):
        gaining, losing = "class-mus-1", "class-art-1"
        rows = self.school.enrollments()
        gone = next(row for row in rows if row["classSourcedId"] == losing and row["role"] == "student")
        inside = {row["userSourcedId"] for row in rows if row["classSourcedId"] == gaining}
        person = next(
            row["userSourcedId"]
            for row in rows
            if row["role"] == "student" and row["userSourcedId"] not in inside | {gone["userSourcedId"]}
        )
        added = gone | {"sourcedId": "added", "classSourcedId": gaining, "userSourcedId": person}
        self.school.change_enrollments(
            lambda all_of_them: [row for row in all_of_them if row["sourcedId"] != gone["sourcedId"]] + [added]
        )
        sent = self.apply_and_run()
        writes = [(each.kind, each.room) for each in sent if each.is_write]
        self.assertCountEqual(
            writes,
            [
                ("POST /_synapse/admin/v1/join/ROOM", self.host.room_id(gaining)),
                ("POST /_matrix/client/v3/rooms/ROOM/kick", self.host.room_id(losing)),
            ],
        )
        rooms = {self.host.room_id(gaining), self.host.room_id(losing)}
        self.assertEqual({each.room for each in sent if each.room}, rooms)
        self.assertEqual(found(self.chat, self.host), self.school.wanted(self.chat))

    def test_a_changed_role_writes_one_event_in_that_room_and_nothing_else(self):
        changing = "class-deu-1"
        student = next(
            row["sourcedId"]
            for row in self.school.enrollments()
            if row["classSourcedId"] == changing and row["role"] == "student"
        )
        self.school.change_enrollments(
            lambda rows: [row | ({"role": "aide"} if row["sourcedId"] == student else {}) for row in rows]
        )
        sent = self.apply_and_run()
        self.assertEqual(
            [(each.kind, each.room) for each in sent if each.is_write],
            [
                (
                    "PUT /_matrix/client/v3/rooms/ROOM/state/m.room.power_levels",
                    self.host.room_id(changing),
                )
            ],
        )
        self.assertEqual(found(self.chat, self.host), self.school.wanted(self.chat))

    def test_room_list_shows_state_members_and_url_of_each_class(self):
        listed = self.host.rooms()
        wanted = self.school.wanted(self.chat)
        self.assertEqual(listed.keys(), wanted.keys())
        for instance, room in listed.items():
            with self.subTest(instance):
                people = len(wanted[instance]) - 1  # our own account is not of the roster
                self.assertEqual(room["state"], "ready")
                self.assertEqual((room["members_wanted"], room["members_synced"], room["members_waiting"]), (people, people, 0))
                self.assertIn(self.host.room_id(instance), self.chat.room_ids())
                self.assertRegex(room["url"], r"^https://matrix\.to/#/![A-Za-z]+:commhost\.test\?via=commhost\.test$")
        lines = self.host.text("room", "list").out.splitlines()
        self.assertRegex(lines[0], r"^ROOM +NAME +PROVIDER +STATE +MEMBERS +WAITING +URL$")
        self.assertEqual(len(lines), 13)
        self.assertTrue(any(" Deutsch für Anfänger 9 " in line and " ready " in line for line in lines))

    def test_room_show_shows_state_url_and_every_member(self):
        instance = "class-fra-1"
        shown = self.host.json("room", "show", instance).document
        self.assertEqual((shown["name"], shown["state"], shown["last_error"]), ("Français 8", "ready", None))
        self.assertEqual(
            {each["account"]: each["role"] for each in shown["members"]},
            {
                account: {None: "member", 51: "moderator", 90: "owner"}[level]
                for account, level in self.school.wanted(self.chat)[instance].items()
                if account != self.chat.admin
            },
        )
        self.assertEqual({each["state"] for each in shown["members"]}, {"in the room"})
        text = self.host.text("room", "show", instance).out
        self.assertIn(shown["url"], text)
        for each in shown["members"]:
            self.assertIn(f"{each['account']}", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
