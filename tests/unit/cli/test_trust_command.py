"""`commhost plugin trust` and the policies, on the built program, with plugins that the real minisign signed."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["COMMHOST_TEST_PROGRAM"])
FAULTS = Path(os.environ["COMMHOST_TEST_FAULTS"])

DONE, FAILED, WRONG_USAGE = 0, 1, 64


class Trust(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="commhost-trust-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.plugin = self.directory / "plugins" / "good"
        shutil.copytree(FAULTS / "good", self.plugin)
        self.shell("chmod -R go-w plugins")
        (self.directory / "commhost.json").write_text("{}")
        self.make_key("author")

    def shell(self, command):
        subprocess.run(["sh", "-ec", command], cwd=self.directory, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def make_key(self, name):
        self.shell(f"minisign -G -W -p {name}.pub -s {name}.key")

    def sign(self, name):
        self.shell(
            "cd plugins/good; find . -type f ! -name 'SHA256SUMS*' -print0 | xargs -0 sha256sum > ../../sums;"
            f"mv ../../sums SHA256SUMS; minisign -S -s ../../{name}.key -m SHA256SUMS -t 'good 1.0.0'"
        )

    def commhost(self, *words, policy=None):
        command = [PROGRAM, "--config", "commhost.json", "--plugin-root", "plugins", "--trusted-keys", "keys", *words, "--json"]
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.directory / "state")}
        if policy:
            environment["COMMHOST_PLUGIN_TRUST"] = policy
        ended = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True)
        self.assertTrue(ended.stdout, ended.stderr)
        return ended.returncode, json.loads(ended.stdout)

    def listed(self, policy):
        _, document = self.commhost("plugin", "list", policy=policy)
        (good,) = document["plugins"]
        return good

    def test_keys_are_added_once_listed_and_removed(self):
        status, empty = self.commhost("plugin", "trust", "list")
        self.assertEqual((status, empty["keys"], empty["policy"], empty["folder"]), (DONE, [], "off", "keys"))
        status, added = self.commhost("plugin", "trust", "add", "author.pub")
        self.assertEqual((status, added["added"]), (DONE, True))
        status, again = self.commhost("plugin", "trust", "add", "author.pub")
        self.assertEqual((status, again["added"], again["id"]), (DONE, False, added["id"]))
        _, listed = self.commhost("plugin", "trust", "list")
        self.assertEqual([each["id"] for each in listed["keys"]], [added["id"]])
        status, removed = self.commhost("plugin", "trust", "remove", added["id"].lower())
        self.assertEqual((status, removed["removed"]), (DONE, [added["file"]]))
        status, refused = self.commhost("plugin", "trust", "remove", added["id"])
        self.assertEqual((status, refused["error"]["code"]), (FAILED, "TRUST_KEY_UNKNOWN"))

    def test_a_file_that_is_no_key_is_refused(self):
        status, refused = self.commhost("plugin", "trust", "add", "author.key")
        self.assertEqual((status, refused["error"]["code"]), (FAILED, "TRUST_KEY"))

    def test_the_policy_decides_what_becomes_of_an_unsigned_plugin(self):
        self.assertEqual((self.listed("off")["state"], self.listed("off")["notices"]), ("enabled", []))
        warned = self.listed("warn")
        self.assertEqual((warned["state"], warned["notices"][0]["code"]), ("enabled", "SIGNATURE_MISSING"))
        refused = self.listed("require")
        self.assertEqual((refused["state"], refused["problems"][0]["code"]), ("refused", "SIGNATURE_MISSING"))

    def test_an_unknown_policy_is_wrong_usage(self):
        status, refused = self.commhost("plugin", "list", policy="perhaps")
        self.assertEqual((status, refused["error"]["code"]), (WRONG_USAGE, "CONFIGURATION_TRUST"))

    def test_a_signed_plugin_counts_until_its_key_is_removed_or_a_byte_of_it_changes(self):
        self.sign("author")
        self.assertEqual(self.listed("require")["problems"][0]["code"], "SIGNATURE_KEY")
        _, key = self.commhost("plugin", "trust", "add", "author.pub")
        good = self.listed("require")
        self.assertEqual((good["state"], good["signed_by"]), ("enabled", key["id"]))
        status, checked = self.commhost("plugin", "trust", "check", "good")
        self.assertEqual((status, checked["plugins"][0]["signed_by"]), (DONE, key["id"]))
        self.assertEqual(checked["plugins"][0]["trusted_comment"], "good 1.0.0")

        with open(self.plugin / "settings.json", "a") as settings:
            settings.write(" ")
        self.assertEqual(self.listed("require")["problems"][0]["code"], "CHECKSUM_DIFFERS")
        status, checked = self.commhost("plugin", "trust", "check")
        self.assertEqual((status, checked["plugins"][0]["signed_by"]), (FAILED, None))

        self.sign("author")
        self.assertEqual(self.listed("require")["state"], "enabled")
        self.commhost("plugin", "trust", "remove", key["id"])
        self.assertEqual(self.listed("require")["problems"][0]["code"], "SIGNATURE_KEY")


if __name__ == "__main__":
    unittest.main(verbosity=2)
