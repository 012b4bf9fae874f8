"""A plugin that a stranger built comes to a host that is running: it is found, probed, enabled and used, and replaced by its next
version, without a restart.
"""

import json
import os
import re
import shutil
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import installed_sdk
from installed_sdk import CMAKE, PROGRAM, SDK, run

sys.path.insert(0, str(SDK.parent / "tests/server/provisioning"))

from chat_server import wait_until
from program import DONE, Commhost, said
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
ROOT = "build/lib/commhost/communication/provider"
GATE = SDK.parent / "tests/plugin/waits_at_gate"
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(gate LANGUAGES CXX)
find_package(core_communication 1 REQUIRED)
communication_add_plugin(waits_at_gate SOURCES communication_waits_at_gate.cpp)
"""


class DroppedIn(installed_sdk.InstalledSdk):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.root = self.host.directory / "plugins"
        self.root.mkdir()

    def build(self, folder: Path, name: str) -> Path:
        """The folder as a host wants it."""
        run(CMAKE, "-S", folder, "-B", folder / "build", env=self.environment())
        run(CMAKE, "--build", folder / "build", "--target", f"communication_{name}", env=self.environment())
        return folder / ROOT / name

    def start_host(self, provider: str, **settings):
        self.host.configure(
            plugin_roots=[str(self.root)],
            default_provider=provider,
            log={"level": "info"},
            settings={provider: settings},
        )
        self.supervisor = self.host.start()
        self.addCleanup(self.supervisor.process.kill)

    def line_with(self, code: str) -> str:
        return next(each for each in self.supervisor.process.stderr if re.search(said(code), each))

    def apply(self, users: dict, rooms: dict) -> None:
        self.host.apply(write_document(self.host.directory / "roster.json", users, rooms))

    def room(self, name: str) -> dict:
        return wait_until(lambda: (room := self.host.rooms()[name])["state"] == "ready" and room, f"{name} is ready")

    def stop_host(self) -> None:
        ended = self.supervisor.end_with(signal.SIGTERM)
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 0), ended.err)

    def start_chat(self, folder: Path) -> str:
        stand_in = folder / "tests/stand_in_chat.py"
        chat = run("python3", stand_in).strip()
        self.addCleanup(run, "python3", stand_in, "stop", chat)
        return chat

    def test_a_plugin_from_the_template_makes_its_rooms_and_one_that_waited_for_it(self):
        made = self.directory / "mychat"
        run(PROGRAM, "plugin", "new", "mychat", "--folder", made, env=self.environment())
        built = self.build(made, "mychat")
        chat = self.start_chat(made)

        self.start_host("mychat", address=chat, token="letmein")
        people = {"p": "plug.one", "q": "plug.two"}
        self.assertEqual(self.host.json("plugin", "list").document["plugins"], [])

        folder = self.root / "mychat"
        shutil.copytree(built, folder)
        self.apply(people, {"first": ["p"]})
        self.assertTrue(self.room("first")["url"].startswith(chat))

        folder.rename(self.host.directory / "elsewhere")
        wait_until(lambda: not self.supervisor.workers(), "its worker has ended")
        self.apply(people, {"first": ["p"], "waits": ["p", "q"]})
        self.assertEqual(self.host.rooms()["waits"]["state"], "pending")
        (task,) = (each for each in self.host.json("task", "list").document["tasks"] if each["state"] == "queued")
        self.assertEqual((task["provider"], task["attempts"]), ("mychat", 0))
        shutil.copytree(built, folder)
        self.assertTrue(self.room("waits")["url"].startswith(chat))
        shown = self.host.json("plugin", "show", "mychat").document
        version = json.loads((built / "version.json").read_text())["version"]
        self.assertEqual((shown["state"], shown["version_in_use"], shown["problems"]), ("enabled", version, []))
        self.assertIn("room_user_provider", shown["capabilities"])
        self.assertEqual(
            run("python3", made / "tests/stand_in_chat.py", "show", chat),
            "Room first: bot (owner), plug.one (member)\nRoom waits: bot (owner), plug.one (member), plug.two (member)\n",
        )
        self.stop_host()

    def gate_of(self, version: int, says: str) -> Path:
        """The plugin that waits at gates, built as this version; its rooms' addresses say this of it."""
        folder = self.directory / f"gate-{version}"
        shutil.copytree(GATE, folder)
        (folder / "CMakeLists.txt").write_text(PROJECT)
        (folder / "lang/en").mkdir(parents=True)
        texts = '{"pluginname": "Gate", "description": "It waits."}'
        (folder / "lang/en/communication_waits_at_gate.json").write_text(texts)
        for file, old, new in (
            ("version.json", "2026112200", str(version)),
            ("communication_waits_at_gate.cpp", '"https://chat.example.org/"', f'"https://chat.example.org/{says}/"'),
        ):
            text = (folder / file).read_text()
            self.assertIn(old, text)
            (folder / file).write_text(text.replace(old, new))
        return self.build(folder, "waits_at_gate")

    def begin(self, room: str, rooms: dict) -> int:
        """Has a worker begin with a new room; the gate's descriptor, which lets it go on when it is closed."""
        os.mkfifo(self.gates / room)
        rooms[room] = []
        self.apply({}, rooms)
        return os.open(self.gates / room, os.O_WRONLY)  # waits for the plugin to open its end

    def test_the_next_version_takes_over_while_the_one_before_finishes_its_room(self):
        first, second = self.gate_of(2026120100, "first"), self.gate_of(2026120200, "second")
        folder = self.root / "waits_at_gate"
        shutil.copytree(first, folder)
        self.gates = self.host.directory / "gates"
        self.gates.mkdir()
        self.start_host("waits_at_gate", gates=str(self.gates), greeting="hello")
        rooms: dict = {}
        before = self.begin("before", rooms)
        (old,) = self.supervisor.workers()

        shutil.copytree(second, self.host.directory / "second")
        folder.rename(self.host.directory / "first")
        (self.host.directory / "second").rename(folder)
        self.assertIn("waits_at_gate", self.line_with("WORKER_REPLACED"))
        after = self.begin("after", rooms)
        self.assertIn(old, self.supervisor.workers())
        os.close(after)
        self.assertEqual(self.room("after")["url"], "https://chat.example.org/second/hello")
        shown = self.host.json("plugin", "show", "waits_at_gate").document
        self.assertEqual((shown["state"], shown["version_in_use"]), ("enabled", 2026120200))
        self.assertIn(old, self.supervisor.workers())
        os.close(before)
        self.assertEqual(self.room("before")["url"], "https://chat.example.org/first/hello")
        wait_until(lambda: old not in self.supervisor.workers(), "the old worker has ended")
        self.stop_host()


if __name__ == "__main__":
    installed_sdk.unittest.main()
