"""Rooms that people made by hand on the chat server become those of courses, by the command line on a real Synapse."""

import json
import unittest
import urllib.parse
import urllib.request

from chat_server import ChatServer, wait_until
from gate import Gate
from program import DONE, FAILED, Commhost, Supervisor, alive

POWER = "POST /_synapse/admin/v1/rooms/ROOM/make_room_admin"
JOIN = "POST /_matrix/client/v3/rooms/ROOM/join"
MARK = "PUT /_matrix/client/v3/directory/room/"


class AdoptedRooms(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.chat = ChatServer()
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        self.prefix = self.id().rpartition(".")[2].replace("_", "-")  # so that no two tests have an account in common
        self.roster = self.host.directory / "roster.json"
        self.roster.write_text(
            json.dumps(
                {
                    "format": "commhost-roster",
                    "version": 1,
                    "scope": "full",
                    "component": "school",
                    "users": [{"id": each, "username": f"{self.prefix}-{each}"} for each in ("ada", "bob", "cyd")],
                    "instances": [{"id": "physics", "name": "Physics"}, {"id": "music", "name": "Music"}],
                    "memberships": [
                        {"instance": "physics", "user": "ada", "role": "administrator"},
                        {"instance": "physics", "user": "bob", "role": "student"},
                        {"instance": "music", "user": "cyd", "role": "student"},
                    ],
                }
            )
        )
        for name in ("ada", "bob", "guest"):
            self.call("PUT", f"/_synapse/admin/v2/users/{self.quoted(self.account(name))}", {"displayname": name})
        made = self.call("POST", "/_matrix/client/v3/createRoom", {"name": "By hand", "preset": "private_chat"}, self.token("ada"))
        self.room = made["room_id"]
        for name, level in (("bob", 60), ("guest", 0)):
            self.call("POST", f"{self.path}/invite", {"user_id": self.account(name)}, self.token("ada"))
            self.call("POST", f"{self.path}/join", {}, self.token(name))
            if level:
                levels = self.call("GET", f"{self.path}/state/m.room.power_levels", None, self.token("ada"))
                levels["users"][self.account(name)] = level
                self.call("PUT", f"{self.path}/state/m.room.power_levels", levels, self.token("ada"))
        self.host.apply(self.roster)

    @staticmethod
    def quoted(word: str) -> str:
        return urllib.parse.quote(word, safe="")

    @property
    def path(self) -> str:
        return f"/_matrix/client/v3/rooms/{self.quoted(self.room)}"

    def account(self, name: str) -> str:
        return self.chat.account(f"{self.prefix}-{name}")

    def call(self, method: str, path: str, body: dict | None, token: str | None = None) -> dict:
        request = urllib.request.Request(
            self.chat.url + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {token or self.chat.token}"},
            method=method,
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.load(answer)

    def token(self, name: str) -> str:
        path = f"/_synapse/admin/v1/users/{self.quoted(self.account(name))}/login"
        return self.call("POST", path, {})["access_token"]

    def done(self, *words) -> dict:
        ended = self.host.json(*words)
        self.assertEqual(ended.status, DONE, ended)
        return ended.document

    def carry_out(self):
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, DONE, ended)

    def audited(self, action: str) -> list[dict]:
        return [each for each in self.done("audit", "--room", "physics")["audit"] if each["action"] == action]

    def check_adopted(self):
        """The same room, the people who were in it, those of the roster, and nobody's power less than it was."""
        found = self.chat.room(self.room)
        self.assertEqual(found.name, "Physics")
        self.assertEqual(found.members, {self.chat.admin, *map(self.account, ("ada", "bob", "guest"))})
        self.assertEqual(found.levels, {self.chat.admin: 100, self.account("ada"): 100, self.account("bob"): 60})
        shown = self.done("room", "show", "physics")
        self.assertEqual((shown["adopted"], shown["state"], shown["last_error"]), (True, "ready", None))
        self.assertEqual(self.host.room_id("physics"), self.room)

    def test_a_room_with_people_in_it_is_adopted_and_a_second_pass_writes_nothing(self):
        asked = self.done("room", "adopt", "physics", self.room, "--why", "the teachers made it", "--yes")
        self.assertEqual((asked["instance"], asked["adopt"], asked["unlisted"]), ("school/course/physics", self.room, "keep"))
        self.carry_out()
        self.check_adopted()
        (row,) = self.audited("room_adopted")
        self.assertEqual(row["after"], {"address": self.room})
        (row,) = self.audited("room_adopt_asked")
        self.assertEqual(row["reason"], "the teachers made it")

        with self.subTest("nothing is left to do"):
            start = self.chat.mark()
            self.done("room", "sync", "physics")
            self.carry_out()
            self.assertEqual([each for each in self.chat.since(start) if each.is_write], [])

        with self.subTest("who is there without the roster goes when an admin says so"):
            self.done("room", "rules", "physics", "--unlisted", "remove")
            self.carry_out()
            self.assertEqual(self.chat.room(self.room).members, {self.chat.admin, *map(self.account, ("ada", "bob"))})

        with self.subTest("an instance whose room is on the server adopts none"):
            for instance in ("physics", "music"):
                refused = self.host.json("room", "adopt", instance, "#other:" + self.chat.name, "--yes")
                self.assertEqual((refused.status, refused.document["error"]["code"]), (FAILED, "ROOM_ADOPT_CREATED"))

    def test_everybody_is_in_the_room_in_an_adopted_ones_place_even_who_was_adopted_and_where_who_left_is_respected(self):
        self.done("room", "rules", "physics", "--unlisted", "adopt", "--left", "respect")
        self.done("room", "adopt", "physics", self.room, "--unlisted", "adopt", "--yes")
        self.carry_out()
        cyd = self.account("cyd")  # of another class
        self.call("POST", f"/_synapse/admin/v1/join/{self.quoted(self.room)}", {"user_id": cyd})
        self.done("room", "sync", "physics")
        self.carry_out()
        members = {each["user"] for each in self.done("room", "show", "physics")["members"]}
        self.assertEqual(members, {"ada", "bob", "cyd"})
        upgraded = self.call("POST", f"{self.path}/upgrade", {"new_version": "11"}, self.token("ada"))
        self.room = upgraded["replacement_room"]

        self.done("room", "sync", "physics")
        self.carry_out()
        self.assertEqual(self.host.room_id("physics"), self.room)
        self.assertEqual(self.chat.room(self.room).members, {self.chat.admin, *map(self.account, ("ada", "bob", "cyd"))})
        shown = self.done("room", "show", "physics")
        self.assertEqual((shown["adopted"], shown["state"], shown["last_error"]), (True, "ready", None))
        self.assertEqual(len(self.audited("room_replaced")), 1)
        self.assertEqual((self.audited("room_lost"), self.audited("room_made")), ([], []))

        with self.subTest("and who leaves that one is left in peace"):
            self.call("POST", f"{self.path}/leave", {}, self.token("bob"))
            self.done("room", "sync", "physics")
            self.carry_out()
            self.assertNotIn(self.account("bob"), self.chat.room(self.room).members)

    def test_a_refusal_is_the_rooms_and_another_address_mends_it(self):
        self.done("room", "adopt", "physics", f"#nothing:{self.chat.name}", "--yes")
        before = self.chat.room_ids()
        self.host.run_until_idle()
        shown = self.done("room", "show", "physics")
        self.assertEqual((shown["state"], shown["adopt"], shown["adopted"]), ("failed", f"#nothing:{self.chat.name}", False))
        self.assertIn(f"nobody uses the alias #nothing:{self.chat.name}", shown["last_error"])
        self.assertIn(f"#nothing:{self.chat.name}", self.done("room", "explain", "physics", "bob")["text"])
        made = self.chat.room_ids() - before
        self.assertEqual({self.chat.room(each).name for each in made}, {"Music"})
        self.done("room", "adopt", "physics", f"https://matrix.to/#/{self.quoted(self.room)}", "--yes")
        self.carry_out()
        self.check_adopted()

    def alias(self) -> str:
        """That its maker gives the room."""
        alias = f"#{self.prefix}:{self.chat.name}"
        self.call("PUT", f"/_matrix/client/v3/directory/room/{self.quoted(alias)}", {"room_id": self.room}, self.token("ada"))
        return alias

    def test_the_room_of_another_instance_is_refused_by_whatever_word_it_is_named(self):
        self.done("room", "freeze", "music")
        self.done("room", "adopt", "physics", self.room, "--yes")
        self.carry_out()
        self.done("room", "adopt", "music", self.alias(), "--yes")
        self.done("room", "thaw", "music")
        self.host.run_until_idle()
        self.assertIn("that of another instance", self.done("room", "show", "music")["last_error"])
        self.check_adopted()

    def test_of_two_instances_that_adopt_a_room_at_the_same_time_one_gets_it(self):
        self.done("room", "adopt", "physics", self.room, "--yes")
        self.done("room", "adopt", "music", self.alias(), "--yes")

        def settled():
            self.host.run_until_idle()
            adopted = {name: each["adopted"] for name, each in self.host.rooms().items()}
            if not any(adopted.values()):  # each has seen the other, and given way
                self.done("room", "sync", "--all")
                return None
            return adopted

        adopted = wait_until(settled, "one of them has the room")
        self.assertEqual(sorted(adopted.values()), [False, True])
        (other,) = (name for name, has in adopted.items() if not has)
        self.assertIn("that of another instance", self.done("room", "show", other)["last_error"])

    def kill_worker_at(self, kind: str, then_supervisor: bool = False) -> Supervisor:
        """A run whose worker is killed when the chat server has done that request, of which it gets no answer."""
        gate = Gate(self.chat.url, kind)
        self.addCleanup(gate.close)
        self.host.configure(matrix={"homeserver_url": gate.url})
        supervisor = self.host.start("--until-idle")
        self.addCleanup(supervisor.process.kill)
        gate.wait()
        if then_supervisor:
            (worker,) = supervisor.workers()
            supervisor.process.kill()
            wait_until(lambda: not alive(worker), "the worker ends with its supervisor", 10)
        else:
            supervisor.kill_worker()
        gate.open()
        return supervisor

    def check_costs_nothing(self, kind: str):
        self.done("room", "adopt", "physics", self.room, "--yes")
        ended = self.kill_worker_at(kind).wait()
        self.assertEqual((ended.status, ended.document["worker_crashes"]), (DONE, 1), ended)
        self.check_adopted()
        self.assertEqual(len(self.audited("room_adopted")), 1)

    def test_a_worker_that_is_killed_when_it_has_got_power_costs_nothing(self):
        self.check_costs_nothing(POWER)

    def test_a_worker_that_is_killed_when_it_has_come_in_costs_nothing(self):
        self.check_costs_nothing(JOIN)

    def test_a_worker_that_is_killed_when_it_has_marked_the_room_costs_nothing(self):
        self.check_costs_nothing(MARK)

    def test_an_adoption_that_was_broken_off_is_taken_back_and_the_people_keep_their_room(self):
        self.done("room", "adopt", "physics", self.room, "--yes")
        supervisor = self.kill_worker_at(MARK, then_supervisor=True)
        supervisor.wait()
        self.done("room", "adopt", "physics", "--none")
        self.carry_out()
        self.assertNotEqual(self.host.room_id("physics"), self.room)
        aliases = self.call("GET", f"{self.path}/aliases", None)["aliases"]
        self.assertEqual(aliases, [])
        found = self.chat.room(self.room)
        self.assertEqual(found.name, "By hand")
        self.assertEqual(found.members, {self.chat.admin, *map(self.account, ("ada", "bob", "guest"))})


if __name__ == "__main__":
    unittest.main(verbosity=2)
