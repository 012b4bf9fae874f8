"""tests/fixtures/sample_school is what make_sample_school.py makes, and what tests and the quick start count on."""

import csv
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PROGRAM = FIXTURES / "make_sample_school.py"


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class SampleSchool(unittest.TestCase):
    def make(self, *arguments: str) -> Path:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        subprocess.run([sys.executable, PROGRAM, folder.name, *arguments], check=True, stdout=subprocess.DEVNULL)
        return Path(folder.name)

    def assert_sound(self, folder: Path) -> None:
        """Every sourcedId and username is there once and every reference is answered."""
        known = {}
        for name in ("orgs", "academicSessions", "courses", "classes", "users", "enrollments"):
            ids = [row["sourcedId"] for row in rows(folder, f"{name}.csv")]
            self.assertEqual(len(ids), len(set(ids)), name)
            known[name] = set(ids)
        users = rows(folder, "users.csv")
        self.assertEqual(len({row["username"] for row in users}), len(users))
        for row in users:
            self.assertRegex(row["username"], r"^[a-z]+\.[a-z]+[0-9]*$")
            self.assertRegex(row["email"], r"@school\.example$")
        for row in rows(folder, "classes.csv"):
            self.assertIn(row["courseSourcedId"], known["courses"])
            self.assertIn(row["termSourcedIds"], known["academicSessions"])
        pairs = Counter()
        for row in rows(folder, "enrollments.csv"):
            self.assertIn(row["classSourcedId"], known["classes"])
            self.assertIn(row["userSourcedId"], known["users"])
            self.assertIn(row["role"], {"administrator", "proctor", "student", "teacher"})
            self.assertEqual((row["beginDate"], row["endDate"]), ("", ""))
            pairs[row["classSourcedId"], row["userSourcedId"]] += 1
        self.assertEqual(max(pairs.values()), 1)

    def test_the_committed_school_is_what_the_program_makes(self):
        self.assertEqual(contents(self.make()), contents(FIXTURES / "sample_school"))

    def test_the_committed_school_is_sound_and_of_the_size_it_is_known_for(self):
        folder = FIXTURES / "sample_school"
        self.assert_sound(folder)
        self.assertEqual(
            Counter(row["role"] for row in rows(folder, "users.csv")),
            {"teacher": 14, "administrator": 2, "aide": 1, "proctor": 1, "student": 182},
        )
        enrolments = rows(folder, "enrollments.csv")
        self.assertEqual(len(rows(folder, "classes.csv")), 12)
        self.assertEqual(len(enrolments), 257)
        for role, fewest, most in (("teacher", 1, 2), ("student", 15, 25)):
            sizes = Counter(row["classSourcedId"] for row in enrolments if row["role"] == role)
            self.assertEqual(len(sizes), 12)
            self.assertGreaterEqual(min(sizes.values()), fewest)
            self.assertLessEqual(max(sizes.values()), most)

    def test_a_larger_school_has_the_size_that_was_asked_for(self):
        folder = self.make("--classes", "40", "--people", "6000", "--per-class", "150")
        self.assert_sound(folder)
        self.assertEqual(len(rows(folder, "users.csv")), 6000)
        sizes = Counter(row["classSourcedId"] for row in rows(folder, "enrollments.csv") if row["role"] == "student")
        self.assertEqual(set(sizes.values()), {150})
        self.assertEqual(len(sizes), 40)

    def test_version_1_2_says_the_same_with_roles_and_profiles_in_files_of_their_own(self):
        old, new = self.make(), self.make("--version", "1.2")
        self.assert_sound(new)
        self.assertEqual(rows(old, "enrollments.csv"), rows(new, "enrollments.csv"))
        roles = {
            row["userSourcedId"]: row["role"].replace("siteAdministrator", "administrator")
            for row in rows(new, "roles.csv")
        }
        self.assertEqual(roles, {row["sourcedId"]: row["role"] for row in rows(old, "users.csv")})
        self.assertEqual(
            {row["sourcedId"] for row in rows(new, "userProfiles.csv")},
            {row["userProfileSourcedId"] for row in rows(new, "roles.csv")},
        )
        self.assertNotIn("role", rows(new, "users.csv")[0])

    def test_too_few_people_for_the_classes_is_wrong_usage(self):
        done = subprocess.run(
            [sys.executable, PROGRAM, "/nonexistent/folder", "--people", "10"], capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 2)
        self.assertTrue(re.search("10 people are too few", done.stderr), done.stderr)


if __name__ == "__main__":
    unittest.main()
