"""`commhost doctor --fix` at a Synapse under whose rate limits its account is."""

import unittest

from chat_server import ChatServer
from program import DONE, Commhost


class DoctorFix(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        self.limits = f"/_synapse/admin/v1/users/{self.chat.admin}/override_ratelimit"

    def doctor(self, *words):
        ended = self.host.json("doctor", "matrix", *words)
        self.assertEqual(ended.status, DONE, ended)
        outcomes = {each["id"]: each["outcome"] for each in ended.document["findings"]}
        return outcomes["rate_limit"], ended.document["repairs"]

    def test_the_exemption_is_offered_and_set_once_an_admin_agrees(self):
        outcome, (offer,) = self.doctor()
        self.assertEqual((outcome, offer["subject"], offer["id"], offer["outcome"]), ("warning", "matrix", "rate_limit", None))
        self.assertIn(self.chat.admin, offer["change"])
        self.assertEqual(self.chat.get(self.limits), {})

        outcome, (done,) = self.doctor("--fix", "--yes")
        self.assertEqual((outcome, done["outcome"]), ("passed", "passed"))
        self.assertEqual(self.chat.get(self.limits), {"messages_per_second": 0, "burst_count": 0})
        self.assertEqual(self.doctor("--fix"), ("passed", []))
        (kept,) = self.host.json("audit", "--action", "server_repaired").document["audit"]
        self.assertEqual((kept["name"], kept["after"]), ("matrix", {"repair": "rate_limit", "outcome": "passed"}))


if __name__ == "__main__":
    unittest.main(verbosity=2)
