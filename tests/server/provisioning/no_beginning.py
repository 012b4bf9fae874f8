"""A worker that cannot begin says why and leaves with a status of its own, which the supervisor does not take for a crash.

No chat server is needed.
"""

import shutil
import unittest
from types import SimpleNamespace

from program import FAULTS, PENDING, Commhost
from school import write_document

NO_CHAT = SimpleNamespace(url="http://127.0.0.1:1", name="nowhere.example", token="none")
CANNOT_BEGIN = 3


class NoBeginning(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        folder = self.host.directory / "plugins" / "good"
        shutil.copytree(FAULTS / "good", folder)
        self.host.configure(plugin_roots=[str(folder.parent)])

    def test_a_worker_of_a_plugin_that_is_not_there(self):
        ended = self.host.text("worker", "nowhere", "owner")
        self.assertEqual(ended.status, CANNOT_BEGIN, ended.err)
        self.assertIn("WORKER_PROVIDER", ended.err)

    def test_a_worker_of_a_plugin_that_is_disabled(self):
        self.host.text("plugin", "disable", "good")
        ended = self.host.text("worker", "good", "owner")
        self.assertEqual(ended.status, CANNOT_BEGIN, ended.err)
        self.assertIn("WORKER_PROVIDER", ended.err)

    def test_a_supervisor_counts_no_crash_and_has_the_tasks_wait(self):
        folder = self.host.directory / "plugins" / "tells_secrets"
        shutil.copytree(FAULTS / "tells_secrets", folder)
        self.host.configure(
            plugin_roots=[str(folder.parent)],
            default_provider="tells_secrets",
            settings={"tells_secrets": {"token": f"file:{self.host.directory}/no-such-file"}},
        )
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"room": []}))
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (PENDING, 0), ended)
        self.assertIn("no-such-file", ended.err)
        (unavailable,) = ended.document["providers_unavailable"]
        self.assertEqual(unavailable["provider"], "tells_secrets")
        self.assertIn("ended before it began", unavailable["reason"])
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual((task["state"], task["attempts"], task["crashes"]), ("queued", 0, 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
