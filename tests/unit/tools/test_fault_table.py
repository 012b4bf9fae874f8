"""tests/plugin/README.md names every fixture, what it is told as, and the test that holds it; all of these exist."""

import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = ROOT / "tests" / "plugin"
README = (PLUGINS / "README.md").read_text()
PATTERNS = {"template", "template_rest_chat"}  # of which the fixtures are made

ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \| `([\w/.]+)`: (.+) \|$", re.MULTILINE)
MADE = re.compile(r"^\| `(\w+)` \| `([A-Z_]+)` \|$", re.MULTILINE)
PITFALL = re.compile(r"^\| [^`|]+ \| `([\w/.]+)`: (.+) \|$", re.MULTILINE)


def tests_in(file: str) -> set[str]:
    text = (ROOT / "tests" / file).read_text()
    return set(re.findall(r'TEST_CASE(?:_FIXTURE)?\((?:\w+,\s*)?"([^"]+)"', text)) | set(re.findall(r"def (test_\w+)", text))


class FaultTable(unittest.TestCase):
    rows = ROW.findall(README)

    def test_every_fixture_is_in_a_table_once(self):
        folders = {each.name for each in PLUGINS.iterdir() if each.is_dir() and not each.name.startswith("__")} - PATTERNS
        self.assertEqual(sorted(name for name, *_ in self.rows), sorted(folders))

    def test_every_line_of_a_table_is_understood(self):
        lines = [each for each in README.splitlines() if each.startswith("| `") or "`: " in each and each.startswith("|")]
        self.assertEqual(len(lines), len(self.rows) + len(MADE.findall(README)) + len(PITFALL.findall(README)))

    def test_what_a_fixture_does_stands_in_its_first_line(self):
        for name, does, *_ in self.rows:
            with self.subTest(name):
                source = (PLUGINS / name / f"communication_{name}.cpp").read_text()
                self.assertEqual(source.splitlines()[0], f"// {does}")

    def test_every_test_that_is_named_exists_and_names_the_fixture(self):
        for name, _, _, file, test in self.rows:
            with self.subTest(name):
                self.assertIn(test, tests_in(file))
                self.assertRegex((ROOT / "tests" / file).read_text(), rf"\b{name}\b")
        for file, test in PITFALL.findall(README):
            with self.subTest(file, test=test):
                self.assertIn(test, tests_in(file))

    def test_what_a_fixture_is_told_as_is_a_code_or_a_test_of_the_validator(self):
        catalogue = json.loads((ROOT / "lang/en/core_communication.json").read_text())
        told = [(name, each) for name, _, codes, *_ in self.rows for each in re.findall(r"`([^`]+)`", codes)]
        self.assertGreater(len(told), 50)
        for name, each in told + MADE.findall(README):
            with self.subTest(name):
                self.assertIn(each if each.isupper() else f"validate_test_{each.replace('-', '_')}", catalogue)

    def test_the_faults_of_files_are_those_of_their_test(self):
        source = (ROOT / "tests/unit/plugin/file_faults.cpp").read_text()
        made = re.findall(r'^    \{"(\w+)",.*?"((?:PLUGIN|JSON)_[A-Z_]+)"', source, re.MULTILINE | re.DOTALL)
        self.assertGreater(len(made), 10)
        self.assertEqual(MADE.findall(README), made)


if __name__ == "__main__":
    unittest.main()
