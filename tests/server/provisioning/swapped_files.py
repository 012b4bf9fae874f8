"""A plugin's files are exchanged between the check and the load: what runs is what was checked, or nothing.

The plugin put in its place leaves a file as soon as any of its code runs, in a probe or in a worker. No chat server is needed.
"""

import os
import shutil
import signal
import subprocess
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace

from chat_server import wait_until
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
        """Other content in the same file, piece by piece."""
        with open(self.folder / LIBRARY, "r+b", buffering=0) as file:
            file.truncate(0)
            for at in range(0, len(content), 1 << 14):
                file.write(content[at : at + (1 << 14)])

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

    def exchange_at_the_gate(self) -> None:
        opened = os.open(self.gate, os.O_WRONLY)  # waits for the probe to open its end
        self.put(self.unchecked)
        self.gate.unlink()  # nobody waits there any more
        os.close(opened)

    def assert_that_it_would_have_been_seen(self) -> None:
        """Once nothing speaks against the other one, it is probed, and leaves its mark."""
        self.assertFalse(self.mark.exists())
        self.assertEqual((self.listed()["state"], self.mark.exists()), ("enabled", True))

    def test_a_file_that_is_exchanged_between_check_and_probe_is_not_probed(self):
        self.depend_on_one_that_waits()
        looking = self.start("plugin", "list")
        self.exchange_at_the_gate()
        said, _ = looking.communicate(timeout=300)
        self.assertEqual(looking.returncode, DONE, said)
        self.assertIn(f"PLUGIN_CHANGED: {self.folder / LIBRARY} was changed", said)
        self.assert_that_it_would_have_been_seen()

    def test_a_file_that_is_exchanged_between_check_and_work_is_not_worked_with(self):
        self.depend_on_one_that_waits()
        first = self.start("plugin", "list")
        os.close(os.open(self.gate, os.O_WRONLY))
        said, _ = first.communicate(timeout=300)
        self.assertEqual(self.codes(), [], said)
        self.host.sql("delete from plugin_probe")  # so that the worker's own look comes to the gate
        self.rooms("room")
        worker = self.start("worker", PLUGIN, "owner")
        opened = os.open(self.gate, os.O_WRONLY)
        self.gate.unlink()
        self.put(self.unchecked)
        os.close(opened)
        said, _ = worker.communicate(timeout=300)
        self.assertEqual(worker.returncode, CANNOT_BEGIN, said)
        self.assertEqual(self.host.rooms()["room"]["state"], "pending")
        self.assert_that_it_would_have_been_seen()

    # Where everything happens at the same time: only the one is signed, and nothing unsigned may run.

    def sign(self) -> None:
        keys = self.host.directory / "keys"
        keys.mkdir()
        subprocess.run(
            ["sh", "-ec", 'minisign -G -W -p "$0/author.pub" -s "$0/../author.key" >/dev/null; cd "$1";'
             ' find . -type f ! -name "SHA256SUMS*" -print0 | xargs -0 sha256sum > ../sums; mv ../sums SHA256SUMS;'
             ' minisign -S -s "$0/../author.key" -m SHA256SUMS >/dev/null', keys, self.folder],
            check=True,
            stdin=subprocess.DEVNULL,
        )

    def exchange_all_the_time(self, exchange) -> None:
        """While a run goes on and an admin looks; in the end the signed one is there."""
        self.sign()
        self.configure(plugin_trust="require", log={"level": "error"})
        self.assertEqual((self.listed()["state"], self.codes()), ("enabled", []))
        over = threading.Event()

        def exchange_until_over():
            while not over.is_set():
                exchange(self.unchecked)
                exchange(self.checked)

        supervisor = self.host.start()
        self.addCleanup(supervisor.process.kill)
        other = threading.Thread(target=exchange_until_over)
        other.start()
        self.addCleanup(other.join)
        self.addCleanup(over.set)
        seen = set()
        rooms = [f"room-{each}" for each in range(20)]
        for known, _ in enumerate(rooms, 1):
            self.rooms(*rooms[:known])
            self.host.sql("delete from plugin_probe")  # so that it is loaded again for each look
            found = self.listed()
            seen.add((found["state"], *(each["code"] for each in found["problems"])))
        over.set()
        other.join()
        ended = supervisor.end_with(signal.SIGTERM)
        self.assertEqual(ended.document["worker_crashes"], 0, ended.err)
        self.assertFalse(self.mark.exists(), seen)
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertFalse(self.mark.exists())
        self.assertEqual(
            {(each["state"], each["url"]) for each in self.host.rooms().values()},
            {("ready", "https://chat.example.org/checked")},
        )
        self.assertIn(("enabled",), {*seen, (self.listed()["state"],)})
        self.configure()
        self.put(self.unchecked)
        self.assert_that_it_would_have_been_seen()

    def test_nothing_unsigned_runs_while_the_name_leads_to_another_file_all_the_time(self):
        self.exchange_all_the_time(self.put)

    def test_nothing_unsigned_runs_while_the_file_is_written_over_all_the_time(self):
        self.exchange_all_the_time(self.write_over)

    def test_nothing_unsigned_runs_while_the_folder_is_another_all_the_time(self):
        aside = self.host.directory / "aside"

        def exchange(content: bytes) -> None:
            if not aside.exists():
                shutil.copytree(self.folder, aside)
            (aside / LIBRARY).write_bytes(content)
            middle = self.host.directory / "middle"
            self.folder.rename(middle)
            aside.rename(self.folder)
            middle.rename(aside)

        self.exchange_all_the_time(exchange)


if __name__ == "__main__":
    unittest.main(verbosity=2)
