"""The Matrix plugin passes every test of the validator on a real Synapse, and leaves no room behind."""

import json
import os
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
MATRIX = Path(os.environ["COMMHOST_TEST_PLUGINS"]) / "matrix"
URL = os.environ["COMMHOST_SYNAPSE_URL"]
TOKEN = os.environ["COMMHOST_SYNAPSE_ADMIN_TOKEN"]


def asked(path: str, method: str = "GET"):
    request = urllib.request.Request(URL + path, headers={"Authorization": f"Bearer {TOKEN}"}, method=method)
    # No proxy of the environment stands between this machine and itself.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


def rooms() -> list[str]:
    return [each["name"] for each in asked("/_synapse/admin/v1/rooms?limit=10000")["rooms"]]


class Matrix(unittest.TestCase):
    maxDiff = None

    def validate(self, *words, **more):
        directory = tempfile.TemporaryDirectory(prefix="commhost-validate-")
        self.addCleanup(directory.cleanup)
        settings = Path(directory.name) / "settings.json"
        site = {"homeserver_url": URL, "server_name": os.environ["COMMHOST_SYNAPSE_SERVER_NAME"], "access_token": TOKEN}
        settings.write_text(json.dumps({"site": site | more}))
        ended = subprocess.run(
            [PROGRAM, "plugin", "validate", MATRIX, "--settings", settings, "--json", "--time", "300", *words],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COMMHOST_STATE_DIRECTORY": f"{directory.name}/state"},
            capture_output=True,
            text=True,
        )
        self.assertTrue(ended.stdout, ended.stderr)
        return ended, json.loads(ended.stdout)

    def test_every_test_of_the_validator_succeeds(self):
        ended, document = self.validate()
        bad = [each for each in document["tests"] if each["outcome"] not in ("success", "warning", "skipped")]
        self.assertEqual((bad, ended.returncode), ([], 0), f"seed {document['seed']}")
        on_server = {each["id"]: each["outcome"] for each in document["tests"] if each["id"].startswith("server-")}
        # There is nothing to set right at an account that is exempt from limits.
        self.assertEqual(on_server.pop("server-repair"), "skipped")
        # Set to do nothing to leavers, it does nothing.
        self.assertEqual(on_server.pop("server-leavers"), "skipped")
        self.assertEqual(set(on_server.values()) - {"success"}, {"warning"} & set(on_server.values()), on_server)
        self.assertEqual(rooms(), [])

    def test_accounts_of_leavers_are_closed_and_opened_by_every_setting(self):
        for leavers in ("lock", "suspend", "deactivate"):
            with self.subTest(leavers):
                _, document = self.validate("--only", "server-leavers", leavers=leavers)
                (test,) = document["tests"]
                self.assertEqual(test["outcome"], "success", test)

    def test_an_account_under_limits_is_set_right(self):
        limits = f"/_synapse/admin/v1/users/{os.environ['COMMHOST_SYNAPSE_ADMIN_USER']}/override_ratelimit"
        asked(limits, "DELETE")
        _, document = self.validate("--only", "server-repair")
        (repair,) = document["tests"]
        self.assertEqual(repair["outcome"], "success", repair)
        self.assertEqual(asked(limits), {"messages_per_second": 0, "burst_count": 0})


if __name__ == "__main__":
    unittest.main(verbosity=2)
