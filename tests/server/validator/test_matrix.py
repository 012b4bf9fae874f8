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


def rooms() -> list[str]:
    request = urllib.request.Request(
        URL + "/_synapse/admin/v1/rooms?limit=10000", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    # No proxy of the environment stands between this machine and itself.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return [each["name"] for each in json.load(answer)["rooms"]]


class Matrix(unittest.TestCase):
    maxDiff = None

    def test_every_test_of_the_validator_succeeds(self):
        directory = tempfile.TemporaryDirectory(prefix="commhost-validate-")
        self.addCleanup(directory.cleanup)
        settings = Path(directory.name) / "settings.json"
        site = {"homeserver_url": URL, "server_name": os.environ["COMMHOST_SYNAPSE_SERVER_NAME"], "access_token": TOKEN}
        settings.write_text(json.dumps({"site": site}))
        ended = subprocess.run(
            [PROGRAM, "plugin", "validate", MATRIX, "--settings", settings, "--json", "--time", "300"],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COMMHOST_STATE_DIRECTORY": f"{directory.name}/state"},
            capture_output=True,
            text=True,
        )
        self.assertTrue(ended.stdout, ended.stderr)
        document = json.loads(ended.stdout)
        bad = [each for each in document["tests"] if each["outcome"] not in ("success", "warning", "skipped")]
        self.assertEqual((bad, ended.returncode), ([], 0), f"seed {document['seed']}")
        on_server = {each["id"]: each["outcome"] for each in document["tests"] if each["id"].startswith("server-")}
        # Its account has the rate limit that Synapse gives everybody, of which the plugin itself warns.
        self.assertEqual(set(on_server.values()) - {"success"}, {"warning"} & set(on_server.values()), on_server)
        self.assertEqual(rooms(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
