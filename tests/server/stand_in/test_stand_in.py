"""The stand-in for Synapse, beside a real one: both are asked the same, and what the Matrix plugin reads of the answers is the same.

COMMHOST_TEST_STAND_IN is the program; the Synapse is the one of the environment that `tools/servers/synapse run` gives.
"""

import json
import os
import sys
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from homeserver.stand_in import StandIn  # noqa: E402

CLIENT, ADMIN = "/_matrix/client/v3", "/_synapse/admin"


def keys(answer: dict) -> list[str]:
    return sorted(answer)


def fields(*names: str) -> Callable:
    return lambda answer: {name: answer.get(name) for name in names}


def user(answer: dict) -> dict:
    """All of it, without the times at which it was written."""
    assert answer["creation_ts"] > 1e9
    addresses = [(each["medium"], each["address"]) for each in answer["threepids"]]
    return answer | {"creation_ts": 0, "threepids": addresses}


def page(answer: dict) -> dict:
    for each in answer["users"]:
        assert each["creation_ts"] > 1e12  # in milliseconds, where one account's is in seconds
    return answer | {"users": [each | {"creation_ts": 0} for each in answer["users"]]}


def state(events: list[dict]) -> list:
    """Everything but times and the ids of events."""
    return sorted((event["type"], event["state_key"], event["sender"], json.dumps(event["content"], sort_keys=True), "replaces_state" in event, keys(event)) for event in events)


class Server:
    def __init__(self, url: str, name: str, token: str):
        self.url, self.name, self.token = url, name, token
        self.rooms: dict[str, str] = {}  # their ids, by the words that stand for them below
        self.deletion = ""
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method: str, path: str, body: dict | None, token: str | None, kind: str) -> tuple[int, object]:
        """Status and document, in which the ids of rooms have given way to their words."""
        for word, id_ in self.rooms.items():
            path = path.replace("{" + word + "}", quote(id_, safe=""))
        path = path.replace("{deletion}", self.deletion)
        text = None if body is None else json.dumps(body)
        for word, id_ in self.rooms.items():
            text = text and text.replace("{" + word + "}", id_)
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": kind}
        request = urllib.request.Request(self.url + path, text and text.encode(), headers, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                status, said = answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            status, said = refused.code, refused.read().decode()
        for word, id_ in self.rooms.items():
            said = said.replace(id_, "{" + word + "}")
        return status, json.loads(said)


class StandInBesideSynapse(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        of = {word: os.environ[f"COMMHOST_SYNAPSE_{word.upper()}"] for word in ("url", "server_name", "admin_user", "admin_token")}
        cls.real = Server(of["url"], of["server_name"], of["admin_token"])
        cls.admin = of["admin_user"]
        started = StandIn(os.environ["COMMHOST_TEST_STAND_IN"], server_name=cls.real.name, admin=cls.admin[1:].partition(":")[0])
        cls.addClassCleanup(started.stop)
        cls.stand_in = Server(started.url, started.name, started.token)
        cls.made = 0

    def account(self, local: str) -> str:
        return f"@{local}:{self.real.name}"

    def user_path(self, local: str) -> str:
        return f"{ADMIN}/v2/users/{quote(self.account(local), safe='')}"

    def alike(self, method: str, path: str, body: dict | None = None, reads: Callable = keys, status: int = 200, token: str | None = None,
              kind: str = "application/json") -> tuple[object, object]:
        """Asks both; what they said. Of a refusal the errcode is read, which is all that the plugin decides by."""
        with self.subTest(f"{method} {path}"):
            (real_status, real), (status_here, here) = (each.ask(method, path, body, token, kind) for each in (self.real, self.stand_in))
            self.assertEqual(real_status, status, real)
            self.assertEqual(status_here, real_status, here)
            how = reads if status < 400 else fields("errcode")
            self.assertEqual(how(here), how(real))
        return real, here

    def room(self, word: str, **changes) -> str:
        """A room as the plugin makes it, on both."""
        type(self).made += 1
        levels = {"users": {self.admin: 100, self.account("anna"): 90, self.account("ben"): 51}, "invite": 51}
        if changes.get("room_version") == "12":
            del levels["users"][self.admin]
        asked = {
            "visibility": "private",
            "preset": "private_chat",
            "name": "Physics",
            "topic": "Autumn",
            "room_alias_name": f"commhost-{self.made}",
            "room_version": "11",
            "power_level_content_override": levels,
        }
        for each in (self.real, self.stand_in):
            answer = each.ask("POST", f"{CLIENT}/createRoom", asked | changes, None, "application/json")
            self.assertEqual(answer[0], 200, answer)
            each.rooms[word] = answer[1]["room_id"]
        return f"#{asked['room_alias_name']}:{self.real.name}"

    def people(self, *locals_: str) -> None:
        for local in locals_:
            for each in (self.real, self.stand_in):
                each.ask("PUT", self.user_path(local), {"displayname": local.title()}, None, "application/json")

    def test_who_we_are_and_what_the_server_is(self):
        self.alike("GET", "/_matrix/client/versions", reads=lambda answer: [each for each in answer["versions"] if each in ("v1.1", "v1.11", "v1.12")])
        self.alike("GET", f"{CLIENT}/account/whoami", reads=fields("user_id", "is_guest"))
        self.alike("GET", f"{CLIENT}/account/whoami", status=401, token="nobody's")
        self.alike("GET", f"{ADMIN}/v1/rooms/!a:b", status=401, token="nobody's")

        def versions(answer):
            rooms = answer["capabilities"]["m.room_versions"]
            return rooms["default"], [each for each in rooms["available"] if each.isdigit()]

        self.alike("GET", f"{CLIENT}/capabilities", reads=versions)
        self.alike("GET", f"{ADMIN}/v1/server_version")
        self.alike("GET", f"{ADMIN}/v1/users/{quote(self.admin)}/override_ratelimit", reads=fields("messages_per_second", "burst_count"))
        self.alike("GET", f"{CLIENT}/nothing", status=404)
        self.alike("GET", f"{ADMIN}/v1/nothing", status=404)

    def test_accounts(self):
        anna = {"displayname": "Anna", "threepids": [{"medium": "email", "address": "Anna@School.example"}]}
        self.alike("GET", self.user_path("acc.anna"), status=404)
        self.alike("PUT", self.user_path("acc.anna"), anna, user, status=201)
        self.alike("PUT", self.user_path("acc.anna"), {"displayname": "Anna B."}, user)
        self.alike("GET", self.user_path("acc.anna"), reads=user)
        self.alike("PUT", self.user_path("acc.ben"), {}, user, status=201)
        self.alike("PUT", self.user_path("123"), {}, status=400)
        self.alike("PUT", f"{ADMIN}/v2/users/@a:other.example", {}, status=400)
        self.alike("GET", f"{ADMIN}/v2/users/@a:other.example", status=400)

        address = f"{ADMIN}/v1/threepid/email/users/"
        self.alike("GET", f"{address}anna@school.example", reads=fields("user_id"))
        self.alike("GET", f"{address}nobody@school.example", status=404)
        # Given to another one, it is taken from whoever has it.
        self.alike("PUT", self.user_path("acc.ben"), {"threepids": [{"medium": "email", "address": "anna@school.example"}]}, user)
        self.alike("GET", f"{address}anna@school.example", reads=fields("user_id"))
        self.alike("GET", self.user_path("acc.anna"), reads=user)

        self.alike("POST", f"{ADMIN}/v1/deactivate/{quote(self.account('acc.nobody'))}", {"erase": True}, status=404)
        self.alike("POST", f"{ADMIN}/v1/deactivate/{quote(self.account('acc.ben'))}", {"erase": True}, fields("id_server_unbind_result"))
        self.alike("GET", self.user_path("acc.ben"), reads=user)

    def test_a_list_of_accounts(self):
        self.people(*(f"aaa{number}" for number in range(3)))
        words = "guests=true&deactivated=true&locked=true&order_by=name"
        self.alike("GET", f"{ADMIN}/v2/users?{words}&limit=2&from=0", reads=lambda answer: page(answer) | {"total": answer["total"] > 2})
        ends = [self.real.ask("GET", f"{ADMIN}/v2/users?{words}&limit=1", None, None, "application/json")[1]["total"]]
        self.alike("GET", f"{ADMIN}/v2/users?{words}&limit=500&from={ends[0]}", reads=fields("users", "next_token"))

    def test_a_room_looks_the_same(self):
        self.people("anna", "ben")
        alias = self.room("made")
        self.alike("GET", f"{CLIENT}/rooms/{{made}}/state", reads=state)
        self.alike("GET", f"{ADMIN}/v1/rooms/{{made}}/state", reads=lambda answer: state(answer["state"]))
        self.alike("GET", f"{ADMIN}/v1/rooms/{{made}}", reads=fields("room_id", "joined_members", "version", "creator", "encryption", "tombstoned"))
        self.alike("GET", f"{ADMIN}/v1/rooms/!none:other.example", status=404)
        self.alike("GET", f"{CLIENT}/rooms/{{made}}/state/m.room.power_levels", reads=dict)
        self.alike("GET", f"{CLIENT}/rooms/{{made}}/state/m.room.nothing", status=404)
        self.alike("GET", f"{CLIENT}/rooms/!none:other.example/state", status=403)
        self.alike("PUT", f"{CLIENT}/rooms/{{made}}/state/m.room.name", {"name": "Physics II"})
        self.alike("PUT", f"{CLIENT}/rooms/{{made}}/state/m.room.topic", {"topic": "Spring"})
        self.alike("PUT", f"{CLIENT}/rooms/{{made}}/state/m.room.avatar", {"url": "mxc://a/b"})
        self.alike("PUT", f"{CLIENT}/rooms/!none:other.example/state/m.room.name", {"name": "x"}, status=403)
        self.alike("GET", f"{CLIENT}/rooms/{{made}}/state", reads=state)
        self.alike("POST", f"{CLIENT}/createRoom", {"room_alias_name": alias[1:].partition(":")[0]}, status=400)
        self.alike("GET", f"{CLIENT}/directory/room/{quote(alias)}", reads=fields("room_id", "servers"))
        self.alike("GET", f"{CLIENT}/directory/room/{quote('#none:' + self.real.name)}", status=404)
        second = f"{CLIENT}/directory/room/{quote('#second:' + self.real.name)}"
        self.alike("PUT", second, {"room_id": "{made}"})
        self.alike("PUT", second, {"room_id": "{made}"}, status=409)
        self.alike("GET", f"{CLIENT}/rooms/{{made}}/aliases", reads=lambda answer: sorted(answer["aliases"]))
        self.alike("DELETE", second)
        self.alike("DELETE", second, status=404)
        self.alike("POST", "/_matrix/media/v3/upload", {"any": "bytes"}, kind="image/png")

    def test_a_room_whose_creators_have_all_power(self):
        self.people("anna", "ben")
        self.room("twelve", room_version="12")
        self.alike("GET", f"{CLIENT}/rooms/{{twelve}}/state", reads=state)
        for each in (self.real, self.stand_in):
            self.assertNotIn(":", each.rooms["twelve"])

    def test_people_come_and_go(self):
        self.people("anna", "ben", "cleo")
        self.room("lively")
        join, rooms = f"{ADMIN}/v1/join/{{lively}}", f"{CLIENT}/rooms/{{lively}}"
        anna, ben, cleo = (self.account(each) for each in ("anna", "ben", "cleo"))
        self.alike("POST", join, {"user_id": anna}, fields("room_id"))
        self.alike("POST", join, {"user_id": anna}, status=403)
        self.alike("POST", join, {"user_id": self.account("nobody")}, status=404)
        self.alike("POST", join, {"user_id": "@a:other.example"}, status=400)
        self.alike("POST", f"{ADMIN}/v1/join/!none:{self.real.name}", {"user_id": anna}, status=404)
        self.alike("POST", f"{rooms}/invite", {"user_id": ben})
        self.alike("POST", f"{rooms}/invite", {"user_id": anna}, status=403)
        self.alike("GET", f"{rooms}/state/m.room.member/{quote(ben)}", reads=dict)
        self.alike("GET", f"{rooms}/state/m.room.member/{quote(cleo)}", status=404)
        self.alike("GET", f"{rooms}/state", reads=state)
        self.alike("GET", f"{rooms}/joined_members", reads=dict)
        self.alike("POST", join, {"user_id": ben}, fields("room_id"))
        self.alike("POST", f"{rooms}/kick", {"user_id": ben})
        self.alike("POST", f"{rooms}/kick", {"user_id": ben}, status=403)
        self.alike("POST", f"{rooms}/kick", {"user_id": cleo}, status=403)
        self.alike("GET", f"{rooms}/state", reads=state)
        self.alike("POST", f"{CLIENT}/rooms/{{lively}}/join", {}, fields("room_id"))

    def test_a_room_is_deleted(self):
        alias = self.room("old")
        for each in (self.real, self.stand_in):
            answer = each.ask("DELETE", f"{ADMIN}/v2/rooms/{{old}}", {"block": False, "purge": True}, None, "application/json")
            self.assertEqual(answer[0], 200, answer)
            each.deletion = answer[1]["delete_id"]
            deadline = time.monotonic() + 60
            while each.ask("GET", f"{ADMIN}/v2/rooms/delete_status/{{deletion}}", None, None, "application/json")[1]["status"] != "complete":
                self.assertLess(time.monotonic(), deadline)
        self.alike("GET", f"{ADMIN}/v2/rooms/delete_status/{{deletion}}", reads=fields("room_id", "status"))
        self.alike("GET", f"{ADMIN}/v2/rooms/{{old}}/delete_status", reads=lambda answer: [each["status"] for each in answer["results"]])
        self.alike("GET", f"{ADMIN}/v2/rooms/delete_status/none", status=404)
        self.alike("GET", f"{ADMIN}/v1/rooms/{{old}}", status=404)
        self.alike("GET", f"{CLIENT}/rooms/{{old}}/state", status=403)
        self.alike("GET", f"{CLIENT}/directory/room/{quote(alias)}", status=404)


if __name__ == "__main__":
    unittest.main(verbosity=2)
