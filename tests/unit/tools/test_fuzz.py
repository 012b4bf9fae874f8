"""tools/fuzz as far as it goes without building a fuzzer, and that each target has inputs."""

import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def fuzz(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / "tools" / "fuzz", *arguments], capture_output=True, text=True)


class Fuzz(unittest.TestCase):
    def test_each_target_has_a_source_and_inputs_and_no_inputs_are_left_over(self):
        names = fuzz("--list").stdout.split()
        self.assertIn("csv", names)
        for name in names:
            self.assertTrue((ROOT / "tests" / "fuzz" / f"{name}.cpp").is_file(), name)
        self.assertEqual(sorted(names), sorted(folder.name for folder in (ROOT / "tests" / "fuzz" / "corpus").iterdir()))

    def test_help_has_an_example(self):
        done = fuzz("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("example: tools/fuzz", done.stdout)

    def test_wrong_usage_is_said_and_builds_nothing(self):
        for arguments in (["nothing"], ["--seconds"], ["--seconds", "soon"], ["--seconds", "0"], ["--deep"]):
            with self.subTest(arguments=arguments):
                done = fuzz(*arguments)
                self.assertEqual(done.returncode, 64)
                self.assertIn("see tools/fuzz --help", done.stderr)


if __name__ == "__main__":
    unittest.main()
