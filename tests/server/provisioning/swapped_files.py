"""A plugin's files are exchanged between the check and the load: what runs is what was checked, or nothing.

The plugin put in its place leaves a file as soon as any of its code runs, in a probe or in a worker. No chat server is needed.
"""

import os
import shutil
import subprocess
import unittest
from pathlib import Path
from types import SimpleNamespace

from program import DONE, FAULTS, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
PLUGIN = "waits_at_gate"
LIBRARY = f"libcommunication_{PLUGIN}.so"
CANNOT_BEGIN = 3
UNTOLD = b"/nowhere/told-path"  # tests/plugin/told_path.hpp


def telling(fault: str, path: Path) -> bytes:
    """The shared object of a fixture that is told this path."""
    content = (FAULTS / fault / f"libcommunication_{fault}.so").read_bytes()
    assert content.count(UNTOLD) == 1 and len(str(path)) < 200, fault
    at = content.index(UNTOLD)
    return content[:at] + str(path).encode().ljust(200, b"\0") + content[at + 200 :]


class SwappedFiles(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.root = self.host.directory / "plugins"
        self.folder = self.root / PLUGIN
        shutil.copytree(FAULTS / PLUGIN, self.folder)
        self.checked = (self.folder / LIBRARY).read_bytes()
        self.mark = self.host.directory / "mark"
        self.unchecked = telling("marks_its_run", self.mark)
        self.fresh = 0
        self.configure()

    def configure(self, **changes) -> None:
        self.host.configure(
            plugin_roots=[str(self.root)],
            default_provider=PLUGIN,
            settings={PLUGIN: {"gates": "/nowhere", "greeting": "checked"}},
            trusted_keys=str(self.host.directory / "keys"),
            **changes,
        )

    def rooms(self, *rooms: str) -> None:
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {each: [] for each in rooms}))

    def listed(self) -> dict:
        ended = self.host.json("plugin", "list")
        self.assertEqual(ended.status, DONE, ended)
        (found,) = (each for each in ended.document["plugins"] if each["name"] == PLUGIN)
        return found

    def codes(self) -> list[str]:
        return [each["code"] for each in self.listed()["problems"]]

    def put(self, content: bytes) -> None:
        """Another file under the shared object's name, at once."""
        self.fresh += 1
        fresh = self.host.directory / f"fresh-{self.fresh}"
        fresh.write_bytes(content)
        fresh.replace(self.folder / LIBRARY)

    def write_over(self, content: bytes) -> None:
        """Other content in the same file."""
        with open(self.folder / LIBRARY, "r+b", buffering=0) as file:
            file.truncate(0)
            file.write(content)

    def put_another_folder(self, content: bytes) -> None:
        """Another folder under the plugin's name."""
        other = self.host.directory / "other"
        shutil.copytree(self.folder, other)
        (other / LIBRARY).write_bytes(content)
        self.folder.rename(self.host.directory / "aside")
        other.rename(self.folder)

    # Where the order of events is the test's: the plugin depends on one whose probe waits at a gate, so that it is read and its
    # checksums are known when that probe begins, and it is loaded only when that probe has ended.

    def depend_on_one_that_waits(self) -> None:
        self.gate = self.host.directory / "gate"
        os.mkfifo(self.gate)
        waits = self.root / "waits_on_load"
        shutil.copytree(FAULTS / waits.name, waits)
        (waits / "libcommunication_waits_on_load.so").write_bytes(telling(waits.name, self.gate))
        manifest = self.folder / "version.json"
        manifest.write_text(
            manifest.read_text().replace("{", '{"dependencies": {"communication_waits_on_load": "any"},', 1)
        )

    def start(self, *words) -> subprocess.Popen:
        started = subprocess.Popen(
            self.host.command(*words),
            env=self.host.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(started.wait)
        self.addCleanup(started.kill)
        return started

    def exchange_at_the_gate(self, exchange) -> None:
        opened = os.open(self.gate, os.O_WRONLY)  # waits for the probe to open its end
        exchange(self.unchecked)
        self.gate.unlink()  # nobody waits there any more
        os.close(opened)

    def assert_that_it_would_have_been_seen(self) -> None:
        """Once nothing speaks against the other one, it is probed, and leaves its mark."""
        self.assertFalse(self.mark.exists())
        self.assertEqual((self.listed()["state"], self.mark.exists()), ("enabled", True))

    def assert_that_none_is_probed(self, exchange) -> None:
        self.depend_on_one_that_waits()
        looking = self.start("plugin", "list")
        self.exchange_at_the_gate(exchange)
        said, _ = looking.communicate(timeout=300)
        self.assertEqual(looking.returncode, DONE, said)
        self.assertIn(f"PLUGIN_CHANGED: {self.folder / LIBRARY} was changed", said)
        self.assert_that_it_would_have_been_seen()

    def test_a_file_that_is_exchanged_between_check_and_probe_is_not_probed(self):
        self.assert_that_none_is_probed(self.put)

    def test_a_file_that_is_written_over_between_check_and_probe_is_not_probed(self):
        self.assert_that_none_is_probed(self.write_over)

    def test_a_folder_that_is_exchanged_between_check_and_probe_is_not_probed(self):
        self.assert_that_none_is_probed(self.put_another_folder)

    def assert_that_nobody_works_with_it(self, exchange) -> None:
        self.depend_on_one_that_waits()
        first = self.start("plugin", "list")
        os.close(os.open(self.gate, os.O_WRONLY))
        said, _ = first.communicate(timeout=300)
        self.assertEqual(self.codes(), [], said)
        self.host.sql("delete from plugin_probe")  # so that the worker's own look comes to the gate
        self.rooms("room")
        worker = self.start("worker", PLUGIN, "owner")
        self.exchange_at_the_gate(exchange)
        said, _ = worker.communicate(timeout=300)
        self.assertEqual(worker.returncode, CANNOT_BEGIN, said)
        self.assertEqual(self.host.rooms()["room"]["state"], "pending")
        self.assert_that_it_would_have_been_seen()

    def test_a_file_that_is_exchanged_between_check_and_work_is_not_worked_with(self):
        self.assert_that_nobody_works_with_it(self.put)

    def test_a_file_that_is_written_over_between_check_and_work_is_not_worked_with(self):
        self.assert_that_nobody_works_with_it(self.write_over)

    def test_a_folder_that_is_exchanged_between_check_and_work_is_not_worked_with(self):
        self.assert_that_nobody_works_with_it(self.put_another_folder)


if __name__ == "__main__":
    unittest.main(verbosity=2)
