"""Rosters as real student systems write them: tests/fixtures/oneroster, whose README says what becomes of each row."""

import re
import tempfile
import unittest
import zipfile
from pathlib import Path

from chat_server import ChatServer
from program import DONE, FAILED, FIXTURES, PENDING, Commhost
from school import SAMPLE_SCHOOL, School, found, write, write_document

PACKAGES = FIXTURES / "oneroster"


def zip_of(folder: Path, file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.iterdir()):
            archive.write(each, each.name)
    return file


class UntidyRosters(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chat = ChatServer()

    def setUp(self):
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)

    def accounts(self, **levels) -> dict[str, int | None]:
        return {self.chat.admin: 100} | {self.chat.account(name): level for name, level in levels.items()}

    def test_the_untidy_package_puts_into_each_room_whom_its_readme_names(self):
        self.host.apply(PACKAGES / "untidy")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": 4}), ended)
        astrid, bjarne, cecilie = "astrid.holm", "bjarne.lie", "cecilie.moe"
        hakon, marit = "=5fh=c3=a5kon=20_s=c3=a6ther", "marit.wold"
        self.assertEqual(
            found(self.chat, self.host),
            {
                "cls-physics": self.accounts(**{astrid: 51, bjarne: None, cecilie: None}),
                "cls-chess": self.accounts(**{bjarne: 51, hakon: None}),
                "cls-latin": self.accounts(**{astrid: 90, cecilie: None, hakon: 51}),
                "cls-geology": self.accounts(**{marit: None}),
            },
        )
        names = {instance: self.chat.room(self.host.room_id(instance)).name for instance in self.host.rooms()}
        self.assertEqual(
            names,
            {
                "cls-physics": "Physics, Waves",
                "cls-chess": "Chess for everybody",
                "cls-latin": 'Latin "ab ovo"',
                "cls-geology": "Geology",
            },
        )

    def test_nobody_who_is_not_active_gets_an_account(self):
        self.host.apply(PACKAGES / "untidy")
        self.assertEqual(self.host.run_until_idle().status, DONE)
        for username in ("david.ness", "emilie.odd", "frode.platou", "astrid.ravn", "lars.vik", "nils.ytre"):
            with self.subTest(username):
                self.assertFalse(self.chat.has_account(self.chat.account(username)))

    def test_each_row_that_cannot_be_used_is_named_with_file_and_line(self):
        left_out = ["classes.csv:9"]
        left_out += [f"users.csv:{line}" for line in (8, 9, 11, 12, 13, 14, 16)]
        left_out += [f"enrollments.csv:{line}" for line in (6, 7, 11, 17, 21, 24)]
        noted = ["classes.csv:6", "enrollments.csv:15"]

        said = self.host.text("roster", "plan", PACKAGES / "untidy")
        self.assertEqual(said.status, PENDING)
        lines = said.err.splitlines()
        self.assertCountEqual([re.match(r"left out: ([^:]+:\d+): ", each)[1] for each in lines if "left out: " in each], left_out)
        self.assertCountEqual([found[1] for each in lines if (found := re.match(r"note: ([^: ]+:\d+): ", each))], noted)

        applied = self.host.apply(PACKAGES / "untidy")
        self.assertEqual(applied["rows_left_out"], 14)
        self.assertCountEqual([each["place"] for each in applied["problems"] if each["left_out"]], left_out)
        self.assertCountEqual([each["place"] for each in applied["problems"] if not each["left_out"]], [*noted, "users.csv"])

    def test_a_delta_changes_what_it_names_and_leaves_the_rest(self):
        # Only the classes that the delta speaks of, so that the whole school need not be made; the people are all there.
        school = School(self.host.directory / "school", ["class-mat-1", "class-phy-1", "class-art-1"], most=9)
        self.host.apply(school.folder)
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual(found(self.chat, self.host), school.wanted(self.chat))
        art = self.host.room_id("class-art-1")

        applied = self.host.apply(PACKAGES / "delta")
        self.assertEqual([(each["place"], each["left_out"]) for each in applied["problems"]], [("enrollments.csv:5", True)])
        self.assertEqual(self.host.run_until_idle().status, DONE)

        wanted = school.wanted(self.chat)
        del wanted["class-art-1"]
        for members in wanted.values():
            members.pop(self.chat.account("thandiwe.rahman"), None)  # person-0020 is gone
        mathematics = wanted["class-mat-1"]
        mathematics[self.chat.account("newcomer.ngata")] = None
        del mathematics[self.chat.account(school.usernames()["person-0021"])]
        mathematics[self.chat.account(school.usernames()["person-0022"])] = 51
        self.assertEqual(found(self.chat, self.host), wanted)
        self.assertEqual(self.chat.room(self.host.room_id("class-phy-1")).name, "Physics 8 (new timetable)")
        self.assertEqual(self.chat.room(art).members, {self.chat.admin}, "the room of a class that went is emptied")

    def test_a_changed_name_of_a_person_reaches_the_account(self):
        def roster(name):
            users = {"p": {"username": "renamed.one", "display_name": name}}
            return write_document(self.host.directory / "roster.json", users, {"renamed": ["p"]})

        for name in ("Renée Before", "Renée After"):
            self.host.apply(roster(name))
            self.assertEqual(self.host.run_until_idle().status, DONE)
            account = self.chat.get(f"/_synapse/admin/v2/users/{self.chat.account('renamed.one')}")
            self.assertEqual(account["displayname"], name)

    def test_a_class_that_is_inactive_for_a_time_has_its_room_emptied_and_kept(self):
        school = School(self.host.directory / "school", ["class-mus-1"], most=4)
        sound = school.classes()
        self.host.apply(school.folder)
        self.assertEqual(self.host.run_until_idle().status, DONE)
        room = self.host.room_id("class-mus-1")

        write(school.folder / "classes.csv", [row | {"status": "inactive"} for row in sound])
        self.host.apply(school.folder)
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual(self.host.rooms(), {})
        self.assertEqual(self.chat.room(room).members, {self.chat.admin})

        write(school.folder / "classes.csv", sound)
        self.host.apply(school.folder)
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual(self.host.room_id("class-mus-1"), room, "no second room")
        self.assertEqual(found(self.chat, self.host), school.wanted(self.chat))

    def test_a_structural_fault_refuses_the_package_and_stores_nothing(self):
        codes = {
            "no_manifest": "ROSTER_NO_MANIFEST",
            "no_version": "ROSTER_VERSION",
            "unknown_version": "ROSTER_VERSION",
            "unknown_mode": "ROSTER_MODE",
            "declared_file_missing": "ROSTER_FILE_MISSING",
            "empty_file": "ROSTER_FILE_EMPTY",
            "required_column_missing": "ROSTER_COLUMN_MISSING",
            "column_twice": "ROSTER_COLUMN_TWICE",
            "not_utf8": "ROSTER_ENCODING",
            "unclosed_quote": "ROSTER_QUOTE",
        }
        self.assertEqual({each.name for each in (PACKAGES / "structural").iterdir()}, set(codes))
        self.host.apply(PACKAGES / "untidy")
        self.host.json("task", "list")
        before = self.host.json("room", "list").document, self.host.json("task", "list").document
        for fault, code in codes.items():
            for verb in ("plan", "apply"):
                with self.subTest(fault, verb=verb):
                    ended = self.host.json("roster", verb, PACKAGES / "structural" / fault)
                    self.assertEqual(ended.status, FAILED)
                    self.assertEqual(ended.document["error"]["code"], code)
                    self.assertIn("commhost: ", ended.err)
        after = self.host.json("room", "list").document, self.host.json("task", "list").document
        self.assertEqual(after, before)
        again = self.host.json("roster", "plan", PACKAGES / "untidy")
        self.assertEqual(again.status, DONE, "what was stored is still exactly the untidy package")

    def test_a_zip_gives_the_same_plan_as_its_folder(self):
        with tempfile.TemporaryDirectory() as directory:
            for folder in (PACKAGES / "untidy", SAMPLE_SCHOOL):
                with self.subTest(folder.name):
                    archive = zip_of(folder, Path(directory) / f"{folder.name}.zip")
                    plans = [self.host.json("roster", "plan", source) for source in (folder, archive)]
                    self.assertEqual([each.status for each in plans], [PENDING, PENDING])
                    for part in ("counts", "by_instance", "rows", "problems", "changes"):
                        self.assertEqual(plans[1].document[part], plans[0].document[part])


if __name__ == "__main__":
    unittest.main(verbosity=2)
