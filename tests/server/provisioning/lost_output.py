"""What cannot be shown is no success, whatever was to be shown. No chat server is needed."""

import os
import subprocess
import unittest

from program import FAILED, WRONG_USAGE, Commhost

# With the status that is left: its own where the command fails by itself.
COMMANDS = (
    (("--help",), FAILED),
    (("--version",), FAILED),
    (("plugin", "list", "--json"), FAILED),
    (("no-such-command", "--json"), WRONG_USAGE),
)


class LostOutput(unittest.TestCase):
    def test_a_command_whose_output_is_lost_fails_and_says_so(self):
        for words, status in COMMANDS:
            with self.subTest(words), open("/dev/full", "w") as full:
                ended = subprocess.run(
                    [os.environ["COMMHOST_TEST_PROGRAM"], "--database", "sqlite::memory:", *words],
                    env=Commhost.environment(), stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                )
                self.assertEqual(ended.returncode, status, ended.stderr)
                self.assertIn("CLI_OUTPUT", ended.stderr)
                self.assertIn("No space left on device", ended.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
