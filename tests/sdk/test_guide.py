"""sdk/README.md as a plugin's author follows it, from the first line to the last, in one shell."""

import os
import re
import shlex
import subprocess
import tarfile

import installed_sdk
from documents import blocks_of
from installed_sdk import BUILD, PROGRAM, SDK, run

GUIDE = SDK / "README.md"
NAME = "mychat"

# However the shell ends, the chat that it started does as well.
STOP = """trap '[ -z "${chat:-}" ] || python3 ~/mychat/tests/stand_in_chat.py stop "$chat" >/dev/null 2>&1 || true' EXIT"""


def can_validate() -> bool:
    return re.search(r"(?m)^ +validate ", run(PROGRAM, "plugin", "--help")) is not None


class Guide(installed_sdk.InstalledSdk):
    def script(self) -> str:
        """What the author types, and the files that are written by hand. commhost is built before its tests run, and not from
        within them: commands that do so are passed over, and what they would build is where the tests' own build is."""
        steps = ["set -euo pipefail", f"cd {shlex.quote(str(SDK.parent))}", STOP]
        for block in blocks_of(GUIDE):
            if block.kind == "sh":
                for line in block.text.splitlines():
                    if "--preset" in line or ("plugin validate" in line and not can_validate()):
                        continue
                    is_here = {"$PWD/build/release/bin": str(PROGRAM.parent), "build/release": shlex.quote(BUILD)}
                    steps.append(re.sub(r"(\$PWD/)?build/release(?(1)/bin)", lambda found: is_here[found[0]], line))
            elif block.file and not (SDK / "template" / block.file).exists():
                steps.append(f"cat > {block.file} <<'END_OF_FILE'\n{block.text}END_OF_FILE")
        return "\n".join(steps) + "\n"

    def test_every_step_works_and_shows_what_the_guide_says(self):
        home = self.directory / "home"
        home.mkdir()
        # Until the guide names one: root's would be the machine's own.
        state = str(home / "state")
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "COMMHOST_STATE_DIRECTORY": state}
        said = run("bash", "-c", self.script(), env=environment, stdin=subprocess.DEVNULL)
        for block in blocks_of(GUIDE):
            if block.kind == "text":
                self.assertIn(block.text, said)
        self.assertIn("100% tests passed", said)
        self.assertRegex(said, rf"(?m)^{NAME} +0\.1\.0 +enabled ")
        self.assertRegex(said, r"(?m)^1 +Computing +mychat +ready +2/2 +0 +http://127")
        with tarfile.open(home / f"{NAME}-0.1.0.tar.gz") as archive:
            names = archive.getnames()
        self.assertLessEqual({f"{NAME}/lib{'communication_' + NAME}.so", f"{NAME}/SHA256SUMS.minisig"}, set(names))

    def test_what_is_shown_of_the_template_is_in_it(self):
        shown = [block for block in blocks_of(GUIDE) if block.file and (SDK / "template" / block.file).exists()]
        self.assertGreater(len(shown), 5)
        for block in shown:
            with self.subTest(block.file, text=block.text):
                self.assertIn(block.text, (SDK / "template" / block.file).read_text())

    def test_nothing_is_shown_that_is_neither_run_nor_compared(self):
        kinds = {(block.kind, block.file is not None) for block in blocks_of(GUIDE)}
        self.assertEqual(kinds, {("sh", False), ("text", False), ("cpp", True), ("json", True)})


if __name__ == "__main__":
    installed_sdk.unittest.main()
