"""`tools/test --preset NAME` works with every preset of CMakePresets.json whose tests can run."""

import json
import unittest
from pathlib import Path

PRESETS = json.loads((Path(__file__).resolve().parents[3] / "CMakePresets.json").read_text())


def names(kind: str) -> set[str]:
    return {each["name"] for each in PRESETS[kind] if not each.get("hidden")}


class Presets(unittest.TestCase):
    def test_what_can_be_configured_can_be_built_and_tested(self):
        self.assertEqual(names("configurePresets"), names("buildPresets"))
        self.assertEqual(names("configurePresets") - {"fuzz"}, names("testPresets"))  # tools/fuzz runs that one


if __name__ == "__main__":
    unittest.main()
