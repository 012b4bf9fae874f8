"""`commhost plugin new`, as an author uses it: three commands, on the installed SDK, outside of the tree."""

import json
import subprocess

import installed_sdk
from installed_sdk import COMPILERS, PROGRAM, SDK, WARNINGS, run

ROOT = "build/lib/commhost/communication/provider"


class Template(installed_sdk.InstalledSdk):
    def new(self, *words, cwd=None):
        """The exit status and the document that it prints."""
        ended = subprocess.run(
            [PROGRAM, "plugin", "new", *map(str, words), "--json"],
            cwd=cwd or self.directory,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return ended.returncode, json.loads(ended.stdout)

    def test_what_it_writes_builds_and_tests_itself_and_a_host_takes_it(self):
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                folder = self.directory / f"chat of {compiler}"
                status, document = self.new("mychat", "--folder", folder)
                self.assertEqual((status, document["plugin"], document["folder"]), (0, "mychat", str(folder)))
                shell = {"cwd": folder, "env": self.environment(CXX=compiler, CXXFLAGS=WARNINGS)}
                run("sh", "-ec", "cmake -S . -B build && cmake --build build", **shell)
                self.assertIn("100% tests passed", run("ctest", "--test-dir", "build", **shell))
                self.assertEqual(self.state_at_a_host(folder / ROOT, "mychat"), ("enabled", []))
                self.assertEqual(self.not_passed(folder, shell), [])

    def not_passed(self, folder, shell):
        """The tests of the validator that do not succeed with the template's own server."""
        chat = run("python3", "tests/stand_in_chat.py", **shell).strip()
        try:
            (folder / "server.json").write_text(json.dumps({"site": {"address": chat, "token": "letmein"}}))
            words = ("plugin", "validate", folder / ROOT / "mychat", "--settings", folder / "server.json", "--json")
            document = json.loads(run(PROGRAM, *words, **shell))
        finally:
            run("python3", "tests/stand_in_chat.py", "stop", chat, **shell)
        # What its class has not is not tried. A machine that is busy loads slowly.
        untried = [each["id"] for each in document["tests"] if each["outcome"] == "skipped"]
        self.assertEqual(untried, ["server-repair", "server-archive", "server-archive-missing", "server-adopt", "server-adopt-refused", "server-leavers"])
        return [each for each in document["tests"] if each["outcome"] not in ("success", "skipped") and each["id"] != "load"]

    def test_its_texts_are_there_and_used_in_both_languages(self):
        folder = self.directory / "texts"
        self.new("mychat", "--folder", folder)
        said = run(PROGRAM, "lang", "check", folder, env=self.environment())
        self.assertRegex(said, r"^communication_mychat: .*de, en|en, de")

    def test_everything_has_the_plugins_name(self):
        folder = self.directory / "named"
        _, document = self.new("a_b9", "--folder", folder)
        files = sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
        self.assertEqual(sorted(document["files"]), files)
        self.assertEqual(len(files), sum(1 for each in (SDK / "template").rglob("*") if each.is_file()))
        self.assertIn("lang/de/communication_a_b9.json", files)
        for each in files:
            self.assertNotRegex((folder / each).read_text(), "(?i)yourchat|2000010100")
        self.assertIn('"pluginname": "A_b9"', (folder / "lang/en/communication_a_b9.json").read_text())

    def test_without_a_folder_it_is_the_name_in_the_current_one_and_an_empty_one_is_filled(self):
        here = self.directory / "here"
        here.mkdir()
        self.assertEqual(self.new("mychat", cwd=here)[1]["folder"], str(here / "mychat"))
        empty = here / "empty"
        empty.mkdir()
        self.assertEqual(self.new("mychat", "--folder", ".", cwd=empty)[0], 0)
        self.assertTrue((empty / "version.json").is_file())
        self.assertEqual({each.name for each in empty.iterdir()}, {each.name for each in (here / "mychat").iterdir()})

    def test_it_says_what_is_wrong_and_leaves_nothing_behind(self):
        here = self.directory / "wrong"
        here.mkdir()
        (here / "occupied").mkdir()
        (here / "occupied" / "mine.txt").write_text("mine")
        (here / "file").write_text("mine")
        for words, status, code in (
            (["My Chat"], 64, "PLUGIN_NEW_NAME"),
            (["9chat"], 64, "PLUGIN_NEW_NAME"),
            (["x" * 41], 64, "PLUGIN_NEW_NAME"),
            (["mychat", "--folder", "occupied"], 1, "PLUGIN_NEW_OCCUPIED"),
            (["mychat", "--folder", "file"], 1, "PLUGIN_NEW_OCCUPIED"),
            (["mychat", "--folder", "file/below"], 1, "PLUGIN_NEW_WRITE"),
            (["mychat", "--folder", "not/there"], 1, "PLUGIN_NEW_WRITE"),
        ):
            with self.subTest(words=words):
                ended, document = self.new(*words, cwd=here)
                self.assertEqual((ended, document["error"]["code"]), (status, code))
        self.assertEqual(sorted(str(each.relative_to(here)) for each in here.rglob("*")), ["file", "occupied", "occupied/mine.txt"])
        self.assertEqual((here / "file").read_text() + (here / "occupied/mine.txt").read_text(), "minemine")


if __name__ == "__main__":
    installed_sdk.unittest.main()
