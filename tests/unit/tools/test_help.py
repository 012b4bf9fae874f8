"""Every tool explains itself, from wherever it is called."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TOOLS = ("abi", "fuzz", "lint", "quickstart", "setup", "test")


class Help(unittest.TestCase):
    def test_a_tool_called_by_a_relative_path_from_elsewhere_shows_its_usage(self):
        with tempfile.TemporaryDirectory(prefix="commhost-help-") as elsewhere:
            for tool in TOOLS:
                with self.subTest(tool):
                    shown = subprocess.run(
                        [os.path.relpath(ROOT / "tools" / tool, elsewhere), "--help"],
                        cwd=elsewhere,
                        capture_output=True,
                        text=True,
                        stdin=subprocess.DEVNULL,
                    )
                    self.assertEqual((shown.returncode, shown.stderr), (0, ""))
                    self.assertIn(f"tools/{tool} ", shown.stdout)


if __name__ == "__main__":
    unittest.main()
