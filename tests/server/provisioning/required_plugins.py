"""While a required plugin cannot be used, no work begins; an optional one stops nothing. No chat server is needed."""

import os
import shutil
import signal
import unittest
from types import SimpleNamespace

from chat_server import wait_until
from program import DONE, FAILED, FAULTS, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")


class RequiredPlugins(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.root = self.host.directory / "plugins"
        for name in ("waits_at_gate", "good"):
            shutil.copytree(FAULTS / name, self.root / name)
        self.gates = self.host.directory / "gates"
        self.gates.mkdir()
        self.configure(required_plugins=["good"])

    def configure(self, **changes) -> None:
        self.host.configure(
            plugin_roots=[str(self.root)],
            default_provider="waits_at_gate",
            settings={"waits_at_gate": {"gates": str(self.gates), "greeting": "hello"}},
            **changes,
        )

    def rooms(self, *rooms: str) -> None:
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {each: [] for each in rooms}))

    def required_down(self) -> list[str]:
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (FAILED, {"pending": 1}), ended)
        self.assertEqual([each["plugin"] for each in ended.document["required_unavailable"]], ["good"])
        self.assertIn("WORKER_REQUIRED", ended.err)
        listed = self.host.json("plugin", "list").document
        self.assertIn("WORKER_REQUIRED", [each["code"] for each in listed["problems"]])
        findings = self.host.json("doctor", "good").document["findings"]
        self.assertIn(("good", "WORKER_REQUIRED", "failed"), [(e["subject"], e["id"], e["outcome"]) for e in findings])
        return ended.document["required_unavailable"][0]["reason"]

    def test_no_work_begins_whatever_keeps_a_required_plugin_from_being_used(self):
        self.rooms("room")
        self.host.text("plugin", "disable", "good")
        self.assertIn("it is disabled", self.required_down())
        self.host.text("plugin", "enable", "good")

        manifest = self.root / "good/version.json"
        sound = manifest.read_text()
        manifest.write_text("{")
        self.assertIn("it is refused", self.required_down())
        manifest.write_text(sound)

        os.rename(self.root / "good", self.host.directory / "good")
        self.assertIn("it is missing", self.required_down())
        os.rename(self.host.directory / "good", self.root / "good")

        self.host.sql("insert into plugin_quarantine values ('good', 2026112200, 6, 1, 4102444800000, 'killed')")
        self.assertIn("until 2100-01-01T00:00:00Z", self.required_down())
        self.host.text("plugin", "enable", "good")

        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["required_unavailable"]), (DONE, []), ended)

    def test_a_required_plugin_that_lacks_a_setting_cannot_be_used(self):
        self.host.configure(
            plugin_roots=[str(self.root)], default_provider="good", required_plugins=["waits_at_gate"]
        )
        self.rooms("room")
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, FAILED, ended)
        self.assertIn("gates", ended.document["required_unavailable"][0]["reason"])

    def test_a_run_with_nothing_to_do_tells_of_it_too(self):
        self.configure(required_plugins=["nowhere"])
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, len(ended.document["required_unavailable"])), (FAILED, 1), ended)

    def test_an_optional_plugin_stops_nothing(self):
        self.configure()
        self.rooms("room")
        self.host.text("plugin", "disable", "good")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": 1}), ended)

    def test_plugins_say_whether_they_are_required(self):
        listed = self.host.json("plugin", "list").document["plugins"]
        self.assertEqual({each["name"]: each["required"] for each in listed}, {"good": True, "waits_at_gate": False})
        self.assertTrue(self.host.json("plugin", "show", "good").document["required"])
        self.assertRegex(self.host.text("plugin", "list").out, r"good .* enabled +required")

    def test_work_under_way_is_finished_and_goes_on_by_itself_once_the_plugin_is_back(self):
        self.configure(required_plugins=["good"], log={"level": "info"})
        supervisor = self.host.start()
        self.addCleanup(supervisor.process.kill)
        os.mkfifo(self.gates / "first")
        self.rooms("first")
        gate = os.open(self.gates / "first", os.O_WRONLY)  # waits for the plugin to open its end
        self.host.text("plugin", "disable", "good")
        line = next(each for each in supervisor.process.stderr if "WORKER_REQUIRED" in each)
        self.assertIn("good", line)
        os.close(gate)
        wait_until(lambda: self.host.rooms()["first"]["state"] == "ready", "the room under way is done")
        wait_until(lambda: not supervisor.workers(), "its worker has ended")
        self.rooms("first", "second")
        self.host.text("plugin", "enable", "good")
        next(each for each in supervisor.process.stderr if "WORKER_REQUIRED_BACK" in each)
        wait_until(lambda: self.host.rooms()["second"]["state"] == "ready", "work goes on")
        ended = supervisor.end_with(signal.SIGTERM)
        self.assertEqual(ended.document["worker_crashes"], 0, ended.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
