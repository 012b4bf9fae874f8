"""A person's export and erasure by the command line, with what a real Synapse holds, and seen from Synapse's side."""

import json
import unittest
import urllib.parse
import urllib.request

from chat_server import ChatServer
from program import DONE, PENDING, Commhost
from school import write_document

ADA = "privacy-ada"


class Privacy(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        ada = {"username": ADA, "display_name": "Augusta Byron", "email": "countess@school.example"}
        self.apply({"ada": ada, "bob": "privacy-bob"})
        self.assertEqual(self.host.run_until_idle().status, DONE)

    def apply(self, users):
        self.host.apply(write_document(self.host.directory / "roster.json", users, {"physics": list(users)}))

    def make_account(self, account: str) -> None:
        path = f"/_synapse/admin/v2/users/{urllib.parse.quote(account, safe='')}"
        body = json.dumps({"displayname": "Augusta Byron"}).encode()
        request = urllib.request.Request(
            self.chat.url + path, body, {"Authorization": f"Bearer {self.chat.token}"}, method="PUT"
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60):
            pass

    def held(self, status=DONE) -> list[dict]:
        ended = self.host.json("privacy", "export", "ada")
        self.assertEqual(ended.status, status, ended)
        return ended.document["held_by_providers"]

    def test_what_synapse_holds_is_exported_and_erased_with_the_person(self):
        account, former = self.chat.account(ADA), self.chat.account(f"{ADA}-before")
        with self.subTest("what the server holds stands beside what the store has"):
            (held,) = self.held()
            self.assertEqual((held["provider"], held["account"], held["asked"]), ("matrix", account, True))
            records = {each["name"]: each["content"] for each in held["records"]}
            self.assertEqual(records["username"], account)
            self.assertEqual(records["display_name"], "Augusta Byron")
            self.assertEqual(records["email"], ["countess@school.example"])
            self.assertEqual(records["membership"]["joined_rooms"], [self.host.room_id("physics")])
            self.assertLess({"account", "devices", "sessions"}, set(records))
            self.assertNotIn(self.chat.token, json.dumps(held))

        with self.subTest("while the server is away the rest is exported, and what is lacking is said"):
            with self.chat.stopped():
                ended = self.host.json("privacy", "export", "ada")
            self.assertEqual(ended.status, PENDING, ended)
            (held,) = ended.document["held_by_providers"]
            self.assertEqual((held["asked"], held["code"]), (False, "WORKER_EXPORT"))
            self.assertTrue(held["reason"])
            self.assertIn(held["reason"], ended.err)
            self.assertEqual(ended.document["person"]["email"], "countess@school.example")

        with self.subTest("a former account that commhost made is told of, too"):
            self.make_account(former)
            self.host.sql(
                "insert into communication_former_account (provider, user_id, account, origin) "
                f"select provider, user_id, '{former}', origin from communication_account where account = '{account}'"
            )
            self.assertEqual([each["account"] for each in self.held()], [account, former])

        with self.subTest("both accounts are erased on the server, and nobody else's"):
            ended = self.host.json("privacy", "erase", "ada", "--yes")
            self.assertEqual((ended.status, ended.document["left_on_servers"]), (PENDING, []))
            self.apply({"bob": "privacy-bob"})
            ended = self.host.run_until_idle()
            self.assertEqual(ended.status, DONE, ended)
            for each in (account, former):
                left = self.chat.get(f"/_synapse/admin/v2/users/{urllib.parse.quote(each, safe='')}")
                self.assertTrue(left["deactivated"] and left["erased"], left)
            self.assertTrue(self.chat.has_account(self.chat.account("privacy-bob")))
            number = self.host.json("audit", "--action", "person_erased").document["audit"][0]["user"]
            exported = self.host.json("privacy", "export", number).document
            self.assertIsNotNone(exported["erasure"]["done"])
            self.assertEqual((exported["accounts"], exported["held_by_providers"]), ([], []))
            for trace in (ADA, "Augusta", "countess@"):
                self.assertNotIn(trace, json.dumps(exported))
            self.assertEqual(self.host.json("privacy", "left").document, {"left": []})


if __name__ == "__main__":
    unittest.main(verbosity=2)
