"""The codes that the program declares and the catalogue of messages are the same set, and every code is used."""

import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DECLARATION = re.compile(r'message::code (\w+)\{"(\w+)"\}')


def declared() -> dict[str, Path]:
    codes = {}
    for file in sorted(ROOT.glob("host/*/codes.hpp")):
        for name, identifier in DECLARATION.findall(file.read_text()):
            if name != identifier or name in codes:
                raise AssertionError(f"{file}: {name} is declared as {identifier!r} or twice")
            codes[name] = file
    return codes


class Messages(unittest.TestCase):
    catalogue = json.loads((ROOT / "lang/en/core_communication.json").read_text())

    def test_every_code_has_its_sentences_and_every_sentence_its_code(self):
        self.assertGreater(len(declared()), 50)
        self.assertEqual(sorted(declared()), sorted(self.catalogue))

    def test_every_code_is_used(self):
        sources = [file.read_text() for file in ROOT.glob("host/**/*.?pp") if file.name != "codes.hpp"]
        unused = [code for code in declared() if not any(re.search(rf"\b{code}\b", text) for text in sources)]
        self.assertEqual(unused, [])

    def test_every_message_says_something_and_ends(self):
        for code, entry in self.catalogue.items():
            with self.subTest(code):
                self.assertTrue(entry["text"].strip())
                self.assertNotRegex(entry["text"] + entry["advice"], r"\bTODO\b|\s$")

    def test_the_catalogue_is_in_order(self):
        self.assertEqual(list(self.catalogue), sorted(self.catalogue))


if __name__ == "__main__":
    unittest.main()
