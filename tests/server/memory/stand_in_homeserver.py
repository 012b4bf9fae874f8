#!/usr/bin/env python3
"""A stand-in for Synapse, for tests that need a room larger than a real one can be filled in good time.

Not a homeserver: it keeps everything in memory, knows one account with a token, which may do everything, and answers
the requests that commhost sends, in the form and the size of Synapse's answers. Nothing in it shows that commhost works
with a Synapse; the tests on a real one do that.

    stand_in_homeserver.py

listens on a port of 127.0.0.1 that the system chooses, says on standard output where, as one line of JSON
({"url", "server_name", "admin_account", "admin_token"}), and ends when its standard input ends.

Beside the addresses of Synapse it has GET /stand_in/counts: how many requests of each kind it answered since it began
(those under /stand_in are not counted), the bytes of the bodies it sent, and the bytes of the largest.

HTTP/1.1 with kept connections on one thread: an answer takes it so little that threads would only wait for each other.
"""

import asyncio
import json
import re
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote

SERVER_NAME = "stand-in.test"
ADMIN = f"@commhost:{SERVER_NAME}"

REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}

# What a new room of the preset "private_chat" is given, in the order in which Synapse makes it.
DEFAULT_LEVELS = {
    "users_default": 0,
    "events": {
        "m.room.name": 50,
        "m.room.power_levels": 100,
        "m.room.history_visibility": 100,
        "m.room.canonical_alias": 50,
        "m.room.avatar": 50,
        "m.room.tombstone": 100,
        "m.room.server_acl": 100,
        "m.room.encryption": 100,
    },
    "events_default": 0,
    "state_default": 50,
    "ban": 50,
    "kick": 50,
    "redact": 50,
    "invite": 0,
    "historical": 100,
}


class Refused(Exception):
    """An error as Synapse words it."""

    def __init__(self, status: int, errcode: str, error: str):
        super().__init__(error)
        self.status = status
        self.document = {"errcode": errcode, "error": error}


class Room:
    def __init__(self, id_: str):
        self.id = id_
        self.state: dict[tuple[str, str], dict] = {}  # (type, state key) -> event as a client sees it

    def set(self, type_: str, state_key: str, sender: str, content: dict) -> str:
        """Puts a state event in the place of the one of its type and key, and returns its id."""
        event_id = "$" + secrets.token_urlsafe(32)
        unsigned: dict = {"age": 137}
        event = {
            "type": type_,
            "room_id": self.id,
            "sender": sender,
            "content": content,
            "state_key": state_key,
            "origin_server_ts": time.time_ns() // 1_000_000,
            "unsigned": unsigned,
            "event_id": event_id,
            "user_id": sender,
            "age": 137,
        }
        if earlier := self.state.get((type_, state_key)):
            unsigned |= {"replaces_state": earlier["event_id"], "prev_content": earlier["content"]}
            event["replaces_state"] = earlier["event_id"]
        self.state[type_, state_key] = event
        return event_id

    def content(self, type_: str, state_key: str = "") -> dict | None:
        event = self.state.get((type_, state_key))
        return None if event is None else event["content"]

    def membership(self, account: str) -> str:
        return (self.content("m.room.member", account) or {}).get("membership", "")


class Homeserver:
    """The answers, and what they are about."""

    def __init__(self, token: str):
        self.token = token
        self.users: dict[str, dict] = {ADMIN: {"name": ADMIN, "displayname": "commhost", "admin": True}}
        self.rooms: dict[str, Room] = {}
        self.owners: dict[str, str] = {}  # of e-mail addresses
        self.aliases: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.bytes_sent = 0
        self.largest_answer = 0
        client, admin = "/_matrix/client/v3", "/_synapse/admin"
        part = "([^/]+)"
        self._routes: list[tuple[str, str, re.Pattern[str], Callable]] = [
            (kind, method, re.compile(pattern), answer)
            for kind, method, pattern, answer in (
                ("join", "POST", f"{admin}/v1/join/{part}", self.join),
                ("put user", "PUT", f"{admin}/v2/users/{part}", self.put_user),
                ("get user", "GET", f"{admin}/v2/users/{part}", self.get_user),
                ("list users", "GET", f"{admin}/v2/users", self.list_users),
                ("find address", "GET", f"{admin}/v1/threepid/email/users/{part}", self.find_address),
                ("kick", "POST", f"{client}/rooms/{part}/kick", self.kick),
                ("read state", "GET", f"{client}/rooms/{part}/state", self.read_state),
                ("read state event", "GET", f"{client}/rooms/{part}/state/{part}/?([^/]*)", self.read_state_event),
                ("put state event", "PUT", f"{client}/rooms/{part}/state/{part}/?([^/]*)", self.put_state_event),
                ("create room", "POST", f"{client}/createRoom", self.create_room),
                ("look up alias", "GET", f"{client}/directory/room/{part}", self.look_up_alias),
                ("look up room", "GET", f"{admin}/v1/rooms/{part}", self.look_up_room),
                ("whoami", "GET", f"{client}/account/whoami", self.whoami),
                ("capabilities", "GET", f"{client}/capabilities", self.capabilities),
                ("versions", "GET", "/_matrix/client/versions", self.versions),
            )
        ]

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> tuple[int, bytes]:
        """Status and body."""
        path, _, query = path.partition("?")
        if path == "/stand_in/counts":
            return 200, self._encoded(
                {
                    "requests": dict(sorted(self.counts.items())),
                    "bytes_sent": self.bytes_sent,
                    "largest_answer": self.largest_answer,
                }
            )
        try:
            status, document = self._answer(method, path, query, authorization, body)
        except Refused as refused:
            status, document = refused.status, refused.document
            self.counts["refused"] += 1
        encoded = self._encoded(document)
        self.bytes_sent += len(encoded)
        self.largest_answer = max(self.largest_answer, len(encoded))
        return status, encoded

    def _answer(self, method: str, path: str, query: str, authorization: str, body: bytes) -> tuple[int, dict | list]:
        for kind, wanted_method, pattern, answer in self._routes:
            if method != wanted_method or (found := pattern.fullmatch(path)) is None:
                continue
            self.counts[kind] += 1
            if kind != "versions" and authorization != f"Bearer {self.token}":
                raise Refused(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
            try:
                asked = json.loads(body) if body else dict(parse_qsl(query))
            except ValueError:
                raise Refused(400, "M_NOT_JSON", "Content not JSON.") from None
            return answer(asked, *(unquote(each) for each in found.groups()))
        self.counts["unknown"] += 1
        raise Refused(404, "M_UNRECOGNIZED", "Unrecognized request")

    @staticmethod
    def _encoded(document: dict | list) -> bytes:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def _room(self, id_: str) -> Room:
        if id_ not in self.rooms:
            raise Refused(404, "M_NOT_FOUND", "Room not found")
        return self.rooms[id_]

    def _room_of_ours(self, id_: str) -> Room:
        if id_ not in self.rooms or self.rooms[id_].membership(ADMIN) != "join":
            raise Refused(403, "M_FORBIDDEN", f"User {ADMIN} not in room {id_}")
        return self.rooms[id_]

    def versions(self, _asked: dict) -> tuple[int, dict]:
        return 200, {"versions": ["v1.1", "v1.5", "v1.11"], "unstable_features": {}}

    def capabilities(self, _asked: dict) -> tuple[int, dict]:
        available = {str(number): "stable" for number in range(1, 13)}
        return 200, {"capabilities": {"m.room_versions": {"default": "11", "available": available}}}

    def whoami(self, _asked: dict) -> tuple[int, dict]:
        return 200, {"user_id": ADMIN, "is_guest": False, "device_id": "STANDIN"}

    def put_user(self, asked: dict, account: str) -> tuple[int, dict]:
        if not account.startswith("@") or not account.endswith(f":{SERVER_NAME}"):
            raise Refused(400, "M_UNKNOWN", "This endpoint can only be used with local users")
        is_new = account not in self.users
        now = time.time_ns() // 1_000_000
        user = self.users.setdefault(
            account,
            {
                "name": account,
                "is_guest": False,
                "admin": False,
                "consent_version": None,
                "consent_ts": None,
                "consent_server_notice_sent": None,
                "appservice_id": None,
                "creation_ts": now,
                "user_type": None,
                "deactivated": False,
                "shadow_banned": False,
                "displayname": account[1:].partition(":")[0],
                "avatar_url": None,
                "threepids": [],
                "external_ids": [],
                "erased": False,
                "last_seen_ts": None,
                "locked": False,
                "suspended": False,
            },
        )
        if "displayname" in asked:
            user["displayname"] = asked["displayname"]
        if "threepids" in asked:
            user["threepids"] = [{**each, "validated_at": now, "added_at": now} for each in asked["threepids"]]
            self.owners |= {each["address"]: account for each in asked["threepids"]}
        return (201 if is_new else 200), user

    def get_user(self, _asked: dict, account: str) -> tuple[int, dict]:
        """Not being there is an answer here, and not a refusal: so commhost learns whom to make."""
        if account not in self.users:
            return 404, {"errcode": "M_NOT_FOUND", "error": "User not found"}
        return 200, self.users[account]

    def find_address(self, _asked: dict, address: str) -> tuple[int, dict]:
        if address not in self.owners:
            return 404, {"errcode": "M_NOT_FOUND", "error": "User not found"}
        return 200, {"user_id": self.owners[address]}

    def list_users(self, asked: dict) -> tuple[int, dict]:
        begin = int(asked.get("from", 0))
        end = begin + int(asked.get("limit", 100))
        names = sorted(self.users)
        page = {"users": [self.users[name] for name in names[begin:end]], "total": len(names)}
        return 200, page | ({"next_token": str(end)} if end < len(names) else {})

    def create_room(self, asked: dict) -> tuple[int, dict]:
        alias = f"#{asked['room_alias_name']}:{SERVER_NAME}" if "room_alias_name" in asked else None
        if alias in self.aliases:
            raise Refused(400, "M_ROOM_IN_USE", "Room alias already taken")
        room = Room(f"!{secrets.token_hex(9)}:{SERVER_NAME}")
        room.set("m.room.create", "", ADMIN, {"room_version": asked.get("room_version", "11")})
        self._set_member(room, ADMIN, ADMIN, "join")
        levels = DEFAULT_LEVELS | {"users": {ADMIN: 100}} | asked.get("power_level_content_override", {})
        room.set("m.room.power_levels", "", ADMIN, levels)
        if alias:
            room.set("m.room.canonical_alias", "", ADMIN, {"alias": alias})
            self.aliases[alias] = room.id
        room.set("m.room.join_rules", "", ADMIN, {"join_rule": "invite"})
        room.set("m.room.history_visibility", "", ADMIN, {"history_visibility": "shared"})
        room.set("m.room.guest_access", "", ADMIN, {"guest_access": "can_join"})
        if "name" in asked:
            room.set("m.room.name", "", ADMIN, {"name": asked["name"]})
        if "topic" in asked:
            rich = {"m.text": [{"body": asked["topic"]}]}
            room.set("m.room.topic", "", ADMIN, {"topic": asked["topic"], "m.topic": rich})
        self.rooms[room.id] = room
        return 200, {"room_id": room.id}

    def look_up_alias(self, _asked: dict, alias: str) -> tuple[int, dict]:
        if alias not in self.aliases:
            raise Refused(404, "M_NOT_FOUND", f"Room alias {alias} not found")
        return 200, {"room_id": self.aliases[alias], "servers": [SERVER_NAME]}

    def look_up_room(self, _asked: dict, id_: str) -> tuple[int, dict]:
        room = self._room(id_)
        joined = sum(room.membership(key) == "join" for type_, key in room.state if type_ == "m.room.member")
        return 200, {"room_id": id_, "joined_members": joined, "name": (room.content("m.room.name") or {}).get("name")}

    def join(self, asked: dict, id_: str) -> tuple[int, dict]:
        room, account = self._room(id_), asked["user_id"]
        if account not in self.users:
            raise Refused(404, "M_NOT_FOUND", "User not found")
        if room.membership(account) == "join":
            raise Refused(403, "M_FORBIDDEN", f"{account} is already in the room.")
        # A room that is joined by invitation: Synapse lets its admin invite, and then the account join.
        self._set_member(room, ADMIN, account, "invite")
        self._set_member(room, account, account, "join")
        return 200, {"room_id": id_}

    def kick(self, asked: dict, id_: str) -> tuple[int, dict]:
        room, account = self._room_of_ours(id_), asked["user_id"]
        if room.membership(account) not in ("join", "invite"):
            raise Refused(403, "M_FORBIDDEN", f"The target user {account} is not in the room")
        self._set_member(room, ADMIN, account, "leave")
        return 200, {}

    def read_state(self, _asked: dict, id_: str) -> tuple[int, list]:
        return 200, list(self._room_of_ours(id_).state.values())

    def read_state_event(self, _asked: dict, id_: str, type_: str, state_key: str) -> tuple[int, dict]:
        content = self._room_of_ours(id_).content(type_, state_key)
        if content is None:
            raise Refused(404, "M_NOT_FOUND", "Event not found.")
        return 200, content

    def put_state_event(self, asked: dict, id_: str, type_: str, state_key: str) -> tuple[int, dict]:
        return 200, {"event_id": self._room_of_ours(id_).set(type_, state_key, ADMIN, asked)}

    def _set_member(self, room: Room, sender: str, account: str, membership: str) -> None:
        content = {"membership": membership, "displayname": self.users[account]["displayname"]}
        room.set("m.room.member", account, sender, content)


class Connection(asyncio.Protocol):
    """Reads requests with a Content-Length off one kept connection and answers them in their order."""

    def __init__(self, homeserver: Homeserver):
        self._homeserver = homeserver
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end_of_head := self._read.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._read[:end_of_head].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            if "transfer-encoding" in headers:
                self._transport.close()  # commhost sends none
                return
            end = end_of_head + 4 + int(headers.get("content-length", 0))
            if len(self._read) < end:
                return
            body = bytes(self._read[end_of_head + 4 : end])
            del self._read[:end]
            method, path, _version = first.split(" ")
            status, answer = self._homeserver.answer(method, path, headers.get("authorization", ""), body)
            self._transport.write(
                f"HTTP/1.1 {status} {REASONS[status]}\r\nServer: stand-in\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n".encode()
                + answer
            )


async def serve() -> None:
    loop = asyncio.get_running_loop()
    homeserver = Homeserver(secrets.token_urlsafe(24))
    server = await loop.create_server(lambda: Connection(homeserver), "127.0.0.1", 0)
    place = {
        "url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        "server_name": SERVER_NAME,
        "admin_account": ADMIN,
        "admin_token": homeserver.token,
    }
    print(json.dumps(place), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(__doc__)
        sys.exit(0 if sys.argv[1:] in (["-h"], ["--help"]) else 64)
    asyncio.run(serve())
