"""The codes that the program declares and the catalogue of messages are the same set, and every code is used; the phrases of
the catalogue are just those that the sources ask for."""

import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DECLARATION = re.compile(r'constexpr (?:message::)?code (\w+)\{"(\w+)"\}')


# How a source asks for a phrase: as an argument of phrase(), as a purpose, heading or field, or as a word of some kind.
PHRASE = re.compile(r'"([a-z][a-zA-Z0-9]*(?:_[a-zA-Z0-9_]+)?)"')
KIND = re.compile(r'word_of\(\s*"(\w+)"')
ASKED = re.compile(r'phrase\(\s*"(\w+)"|"((?:help|heading|field|usage)_\w+)"')
PARTS = {"title", "found", "wanted", "done", "advice", "explanation"}


def host_sources() -> str:
    return "\n".join(file.read_text() for file in sorted(ROOT.glob("host/**/*.?pp")))


def declared() -> dict[str, Path]:
    codes = {}
    for file in sorted(ROOT.glob("host/*/codes.hpp")):
        for name, identifier in DECLARATION.findall(file.read_text()):
            if name != identifier or name in codes:
                raise AssertionError(f"{file}: {name} is declared as {identifier!r} or twice")
            codes[name] = file
    return codes


class Messages(unittest.TestCase):
    whole = json.loads((ROOT / "lang/en/core_communication.json").read_text())
    catalogue = {key: value for key, value in whole.items() if isinstance(value, dict)}
    phrases = {key: value for key, value in whole.items() if isinstance(value, str)}

    def test_every_code_has_its_sentences_and_every_sentence_its_code(self):
        self.assertGreater(len(declared()), 50)
        self.assertEqual(sorted(declared()), sorted(self.catalogue))

    def test_every_code_is_used(self):
        sources = [file.read_text() for file in ROOT.glob("host/**/*.?pp") if file.name != "codes.hpp"]
        unused = [code for code in declared() if not any(re.search(rf"\b{code}\b", text) for text in sources)]
        self.assertEqual(unused, [])

    def test_every_code_is_provoked_by_a_test(self):
        """A test that does so names it: the code, as a program's JSON or the C++ sources have it."""
        tests = (file for file in ROOT.glob("tests/**/*") if file.suffix in {".cpp", ".hpp", ".py"})
        named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", "\n".join(file.read_text() for file in tests)))
        self.assertEqual(sorted(set(declared()) - named), [])

    def test_every_message_says_what_was_found_and_what_to_do_in_whole_sentences(self):
        for code, entry in self.catalogue.items():
            with self.subTest(code):
                self.assertLessEqual(set(entry), PARTS)
                self.assertGreaterEqual(set(entry), {"title", "found", "advice"})
                self.assertNotRegex(entry["title"], r"[.{}]$|[{}]")
                for part, text in entry.items():
                    self.assertTrue(text.strip())
                    self.assertNotRegex(text, r"\bTODO\b|\s$|^\s|  ")
                for part in PARTS & set(entry) - {"title", "advice"}:
                    self.assertRegex(entry[part], r"[.?!}]$")

    def test_every_phrase_that_is_asked_for_is_there(self):
        asked = {one or other for one, other in ASKED.findall(host_sources())}
        self.assertGreater(len(asked), 100)
        self.assertEqual(sorted(asked - set(self.phrases)), [])

    def test_every_phrase_is_asked_for(self):
        sources = host_sources()
        literals, kinds = set(PHRASE.findall(sources)), set(KIND.findall(sources))
        unused = [
            key
            for key in self.phrases
            if key not in literals and not any(key.startswith(kind + "_") for kind in kinds | {"explain"})
        ]
        self.assertEqual(unused, [])

    def test_what_commands_print_for_people_comes_from_the_catalogue(self):
        printing = re.compile(r'(?:out\.(?:line|note)|wrong_usage_of)\(\s*(?:fmt::format\(\s*)?"([^"]*[A-Za-z]{3}[^"]*)"')
        for file in sorted(ROOT.glob("host/cli/*.cpp")):
            with self.subTest(file.name):
                self.assertEqual(printing.findall(file.read_text()), [])

    def test_the_reasons_in_messages_come_from_the_catalogue(self):
        """Where files, settings, rosters and secrets are refused, or a worker's end is told: a sentence in the sources is told in
        English alone."""
        reason = re.compile(
            r'(?:\brefuse\w*\((?:[^",\n]+, |"[^"]*", )?|_fault\(|"(?:reason|what|wanted|how)", |\bhow = |"invalid", |failure::\w+, )'
            r'(?:fmt::format\(\s*)?"(?!reason_)([^"]*[a-z]{2} [^"]*)"'
        )
        for folder in ("cli", "communication", "directory", "plugin", "roster", "task", "worker"):
            for file in sorted(ROOT.glob(f"host/{folder}/*.cpp")):
                with self.subTest(file.name):
                    self.assertEqual(reason.findall(file.read_text()), [])

    def test_no_part_of_the_host_speaks_english_to_every_reader(self):
        for file in sorted(ROOT.glob("host/*/*.?pp")):
            if file.parent.name != "message":
                with self.subTest(file.name):
                    self.assertNotIn("catalogue::built_in()", file.read_text())

    def test_the_catalogue_is_in_order(self):
        self.assertEqual(list(self.whole), sorted(self.whole))


if __name__ == "__main__":
    unittest.main()
