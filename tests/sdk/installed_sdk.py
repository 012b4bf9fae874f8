"""The SDK as a stranger has it: installed into a folder, away from the tree, with both compilers.

The build folder, the program and CMake come from COMMHOST_TEST_BUILD, COMMHOST_TEST_PROGRAM and COMMHOST_TEST_CMAKE.
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SDK = Path(__file__).resolve().parents[2] / "sdk"
BUILD = os.environ["COMMHOST_TEST_BUILD"]
PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
CMAKE = os.environ["COMMHOST_TEST_CMAKE"]

COMPILERS = ["g++", "clang++-16"]
WARNINGS = "-Wall -Wextra -Wpedantic -Werror"


def run(*words, **how) -> str:
    """What it printed; AssertionError with that when it fails."""
    command = list(map(str, words))
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class InstalledSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = Path(tempfile.mkdtemp(prefix="commhost-sdk-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        os.umask(0o022)  # a host refuses a plugin that others can write
        cls.installed = cls.directory / "installed"
        run(CMAKE, "--install", BUILD, "--component", "sdk", "--prefix", cls.installed)

    def environment(self, **more) -> dict[str, str]:
        """Of a shell in which the guide's commands find what they need."""
        return {
            **os.environ,
            "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "CMAKE_PREFIX_PATH": str(self.installed),
            "COMMHOST_STATE_DIRECTORY": str(self.directory / "state"),
            **more,
        }

    def state_at_a_host(self, root: Path, name: str) -> tuple[str, list]:
        """The plugin's state, and what is wrong with it."""
        listed = subprocess.run(
            [PROGRAM, "--plugin-root", root, "plugin", "list", "--json"],
            env=self.environment(COMMHOST_STATE_DIRECTORY=str(root.parent / "state")),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        (plugin,) = (each for each in json.loads(listed)["plugins"] if each["name"] == name)
        return plugin["state"], plugin["problems"] + plugin["notices"]
