"""What becomes of a plugin in the long run, as an admin sees it: newer and older versions, quarantine, a folder that is gone.

No chat server is needed.
"""

import os
import shutil
import signal
import unittest
from types import SimpleNamespace

from chat_server import wait_until
from program import DONE, FAILED, FAULTS, PENDING, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
BUILT = 2026112200  # the version of every fixture
FAR = 4_102_444_800_000  # 2100-01-01T00:00:00Z


class PluginStates(unittest.TestCase):
    def begin(self, plugin: str, **settings) -> None:
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.plugin = plugin
        self.folder = self.host.directory / "plugins" / plugin
        shutil.copytree(FAULTS / plugin, self.folder)
        self.settings = settings
        self.configure()

    def configure(self, **changes) -> None:
        self.host.configure(
            plugin_roots=[str(self.folder.parent)],
            default_provider=self.plugin,
            settings={self.plugin: self.settings},
            **changes,
        )

    def rooms(self, *rooms: str) -> None:
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {each: [] for each in rooms}))

    def put(self, version: int) -> None:
        manifest = self.folder / "version.json"
        fresh = manifest.with_name("fresh")
        fresh.write_text((FAULTS / self.plugin / "version.json").read_text().replace(str(BUILT), str(version)))
        fresh.replace(manifest)

    def in_use(self) -> int | None:
        return self.host.json("plugin", "show", self.plugin).document["version_in_use"]

    def shown(self) -> dict:
        (listed,) = self.host.json("plugin", "list").document["plugins"]
        shown = self.host.json("plugin", "show", self.plugin).document
        self.assertEqual(shown, listed)
        return shown

    def codes(self) -> list[str]:
        return [each["code"] for each in self.shown()["problems"]]

    def findings(self) -> list[tuple[str, str]]:
        found = self.host.json("doctor", self.plugin).document["findings"]
        return [(each["id"], each["outcome"]) for each in found if each["subject"] == self.plugin]

    def test_the_version_in_use_is_that_which_a_worker_began_with_and_an_older_one_is_refused(self):
        self.begin("waits_at_gate", gates="/nowhere", greeting="hello")
        self.assertEqual((self.shown()["state"], self.shown()["version_in_use"]), ("enabled", None))
        self.rooms("one")
        self.assertEqual(self.host.run_until_idle().status, DONE)  # there is no gate to wait at
        self.assertEqual((self.shown()["state"], self.shown()["version_in_use"]), ("enabled", BUILT))

        self.put(BUILT + 1)
        self.assertEqual((self.shown()["state"], self.shown()["version_in_use"]), ("upgrade", BUILT))
        self.assertIn("to be upgraded", self.host.text("plugin", "list").out)
        self.rooms("one", "two")
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.assertEqual((self.shown()["state"], self.shown()["version_in_use"]), ("enabled", BUILT + 1))

        self.put(BUILT)
        self.assertEqual((self.shown()["state"], self.codes()), ("refused", ["PLUGIN_DOWNGRADED"]))
        self.rooms("one", "two", "three")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (PENDING, {"pending": 1, "ready": 2}))
        self.assertEqual(self.host.text("plugin", "enable", self.plugin).status, PENDING)
        accepted = self.host.json("plugin", "enable", self.plugin, "--downgrade")
        self.assertEqual((accepted.status, accepted.document["state"]), (DONE, "enabled"))
        self.assertEqual(self.host.run_until_idle().status, DONE)

    def test_a_running_supervisor_takes_a_newer_version_into_use(self):
        self.begin("waits_at_gate", gates="/nowhere", greeting="hello")
        self.configure(log={"level": "info"})
        supervisor = self.host.start()
        self.addCleanup(supervisor.process.kill)
        self.rooms("one")
        wait_until(lambda: self.in_use() == BUILT, "a worker has begun")
        self.put(BUILT + 1)
        next(each for each in supervisor.process.stderr if "finishes the rooms that it works on" in each)
        self.rooms("one", "two")
        wait_until(lambda: self.in_use() == BUILT + 1, "a worker has begun with the newer one")
        wait_until(lambda: self.host.rooms()["two"]["state"] == "ready", "it has made its room")
        ended = supervisor.end_with(signal.SIGTERM)
        self.assertEqual(ended.document["worker_crashes"], 0, ended.err)

    def test_a_quarantine_is_shown_outlives_the_run_and_ends_when_the_plugin_is_enabled(self):
        self.begin("exits_at_work", status=7)
        self.rooms("room")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (PENDING, 3), ended)
        self.host.sql(f"update plugin_quarantine set until = {FAR}")

        shown = self.shown()
        self.assertEqual((shown["state"], self.codes()), ("quarantined", ["PLUGIN_QUARANTINED"]))
        held = shown["quarantine"]
        self.assertEqual((held["crashes"], held["until"]), (3, "2100-01-01T00:00:00Z"))
        self.assertEqual(held["reason"], "exited with status 7")
        self.assertRegex(held["since"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertIn("quarantined since", self.host.text("plugin", "show", self.plugin).out)
        self.assertIn(("PLUGIN_QUARANTINED", "failed"), self.findings())

        self.rooms("room", "another")
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (PENDING, 0), ended)
        (unavailable,) = ended.document["providers_unavailable"]
        self.assertIn("until 2100-01-01T00:00:00Z no worker of it begins", unavailable["reason"])

        enabled = self.host.json("plugin", "enable", self.plugin)
        self.assertEqual((enabled.status, enabled.document["state"]), (DONE, "enabled"))
        self.assertIsNone(self.shown()["quarantine"])
        self.assertEqual(self.host.run_until_idle().document["worker_crashes"], 3)

    def test_crashes_are_counted_across_runs(self):
        self.begin("exits_at_work", status=7)
        for crashes, room in enumerate(("one", "two", "three"), 1):
            self.rooms(*("one", "two", "three")[:crashes])
            self.host.sql("update task set crashes = 2 where state = 0")  # so that one more is the last
            self.assertEqual(self.host.run_until_idle().document["worker_crashes"], 1, room)
            self.host.sql(f"update plugin_quarantine set until = {FAR} where since is not null")
            self.assertEqual((self.shown()["quarantine"] or {"crashes": 1})["crashes"], crashes)
            self.host.sql("update plugin_quarantine set until = since")  # it has passed

    def test_who_did_their_work_has_nothing_held_against_them(self):
        self.begin("waits_at_gate", gates="/nowhere", greeting="hello")
        self.shown()
        self.host.sql(f"insert into plugin_quarantine values ('waits_at_gate', {BUILT}, 4, 1, 2, 'killed')")
        self.rooms("one")
        self.assertEqual(self.host.run_until_idle().status, DONE)
        self.host.sql(f"update plugin_quarantine set until = {FAR}")
        self.assertIsNone(self.shown()["quarantine"])

    def test_a_plugin_that_is_gone_says_since_when_and_what_waits(self):
        self.begin("good")
        self.shown()
        self.rooms("one", "two")
        os.rename(self.folder, self.host.directory / "elsewhere")
        self.assertEqual(self.codes(), ["PLUGIN_MISSING"])
        self.assertEqual(self.shown()["state"], "missing")
        (problem,) = self.shown()["problems"]
        self.assertIn(f"missed since {self.shown()['missing_since']}", problem["text"])
        self.assertIn("2 rooms wait for it", problem["text"])
        self.assertEqual(self.host.json("doctor", self.plugin).status, FAILED)


if __name__ == "__main__":
    unittest.main(verbosity=2)
