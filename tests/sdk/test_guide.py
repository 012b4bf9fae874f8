"""sdk/README.md as a plugin's author follows it: its code blocks are a project, built outside of the tree on the
installed SDK, and a host takes the plugin.

The build folder, the program and CMake come from COMMHOST_TEST_BUILD, COMMHOST_TEST_PROGRAM and COMMHOST_TEST_CMAKE.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "sdk" / "README.md"
BUILD = os.environ["COMMHOST_TEST_BUILD"]
PROGRAM = os.environ["COMMHOST_TEST_PROGRAM"]
CMAKE = os.environ["COMMHOST_TEST_CMAKE"]

COMPILERS = [each for each in ("g++", "clang++-16") if each == "g++" or shutil.which(each)]
WARNINGS = "-Wall -Wextra -Wpedantic -Werror"
FACTORY = "COMMUNICATION_FEATURE(example_org::communication_feature)\n"


def files_of_the_guide() -> dict[str, str]:
    """The fenced blocks, each under the file that the last line beginning with a file's name in front of it names."""
    found = {}
    name = None
    block = None
    for line in GUIDE.read_text().splitlines():
        if line.startswith("```"):
            if block is None:
                block = []
            else:
                found[name] = "\n".join(block) + "\n"
                name = block = None
        elif block is not None:
            block.append(line)
        elif named := re.match(r"`([^`]+\.\w+)`", line):
            name = named[1]
    return found


def run(*words) -> str:
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Guide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = Path(tempfile.mkdtemp(prefix="commhost-guide-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        os.umask(0o022)  # a host refuses a plugin that others can write
        cls.installed = cls.directory / "installed"
        run(CMAKE, "--install", BUILD, "--component", "sdk", "--prefix", cls.installed)

    def build(self, name: str, files: dict[str, str], compiler: str, *options: str) -> Path:
        """The plugin root that the build has laid out."""
        project = self.directory / name
        for path, content in files.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(content)
        build = project / "build"
        run(
            *(CMAKE, "-S", project, "-B", build, f"-DCMAKE_PREFIX_PATH={self.installed}"),
            *(f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_FLAGS={WARNINGS}", *options),
        )
        run(CMAKE, "--build", build)
        return build / "lib" / "commhost" / "communication" / "provider"

    def state_at_a_host(self, root: Path) -> tuple[str, list]:
        """The state of the plugin named example, and what is wrong with it."""
        environment = {**os.environ, "COMMHOST_STATE_DIRECTORY": str(root.parent / "state")}
        listed = subprocess.run(
            [PROGRAM, "--plugin-root", root, "plugin", "list", "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        (example,) = (each for each in json.loads(listed)["plugins"] if each["name"] == "example")
        return example["state"], example["problems"] + example["notices"]

    def test_the_guide_shows_a_whole_plugin(self):
        self.assertEqual(
            set(files_of_the_guide()),
            {
                "version.json",
                "settings.json",
                "lang/en/communication_example.json",
                "communication_feature.cpp",
                "CMakeLists.txt",
            },
        )

    def test_a_host_takes_the_plugin_of_the_guide(self):
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                root = self.build(f"as-shown-{compiler}", files_of_the_guide(), compiler)
                self.assertEqual(self.state_at_a_host(root), ("enabled", []))

    def test_a_semicolon_behind_the_factory_is_as_good_as_none(self):
        files = files_of_the_guide()
        code = files["communication_feature.cpp"]
        self.assertTrue(code.endswith(FACTORY))
        files["communication_feature.cpp"] = code.removesuffix("\n") + ";\n"
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.build(f"semicolon-{compiler}", files, compiler)

    def test_a_build_of_several_configurations_lays_out_the_same_folder(self):
        root = self.build(
            *("several", files_of_the_guide(), COMPILERS[0]),
            *("-G", "Ninja Multi-Config", "-DCMAKE_CONFIGURATION_TYPES=Debug", "-DCMAKE_DEBUG_POSTFIX=d"),
        )
        self.assertEqual(
            {each.name for each in (root / "example").iterdir()},
            {"libcommunication_example.so", "version.json", "settings.json", "lang"},
        )
        self.assertEqual(self.state_at_a_host(root), ("enabled", []))

    def test_a_second_build_lays_out_the_same_folder(self):
        """The build folder is inside of the source folder, as the guide has it."""

        def laid_out(root: Path) -> list[str]:
            return sorted(str(each.relative_to(root)) for each in root.rglob("*") if each.is_file())

        root = self.build("twice", files_of_the_guide(), COMPILERS[0])
        first = laid_out(root)
        self.assertEqual(
            first,
            [
                "example/lang/en/communication_example.json",
                "example/libcommunication_example.so",
                "example/settings.json",
                "example/version.json",
            ],
        )
        for _ in range(2):
            self.build("twice", files_of_the_guide(), COMPILERS[0])
            self.assertEqual(laid_out(root), first)

    def test_a_plugin_with_another_layout_of_the_standard_library_is_refused_when_it_is_compiled(self):
        with self.assertRaisesRegex(AssertionError, "cannot be built with _GLIBCXX_DEBUG"):
            self.build("debug-mode", files_of_the_guide(), COMPILERS[0], "-DCMAKE_CXX_FLAGS=-D_GLIBCXX_DEBUG")


if __name__ == "__main__":
    unittest.main()
