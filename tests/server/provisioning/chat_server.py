"""The Synapse that tools/servers/synapse started, seen through its own admin API and its own log, never through commhost."""

import contextlib
import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

# A line of synapse.access.http; the last but one text in quotes is the request, the last the sender's user agent.
PROCESSED = re.compile(r'Processed request: .* (\d{3}) "([A-Z]+) (\S+) HTTP/[\d.]+" "([^"]*)"')
WRITES = ("PUT", "POST", "DELETE")


class DeadlinePassed(AssertionError):
    pass


def wait_until(condition, what: str, seconds: float = 120, pause: float = 0.005):
    """The first true result of the condition. The pause between two looks is no synchronisation: it only spares the CPU."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise DeadlinePassed(f"not within {seconds} s: {what}")
        time.sleep(pause)
    return result


@dataclass(frozen=True)
class Request:
    """One request that commhost sent and Synapse has processed."""

    status: int
    method: str
    path: str

    @property
    def is_write(self) -> bool:
        return self.method in WRITES

    @property
    def kind(self) -> str:
        """Method and address, with rooms and accounts left out: "POST /_synapse/admin/v1/join/ROOM"."""
        path = urllib.parse.unquote(self.path).partition("?")[0]
        return f"{self.method} " + re.sub(r"/[@][^/]+", "/USER", re.sub(r"/[!][^/]+", "/ROOM", path))

    @property
    def room(self) -> str | None:
        found = re.search(r"/(![^/?]+)", urllib.parse.unquote(self.path))
        return found[1] if found else None


@dataclass(frozen=True)
class Room:
    """What Synapse's state of one room says."""

    id: str
    name: str
    version: str
    join_rule: str
    members: frozenset[str]
    levels: dict[str, int]  # of the accounts that have a level of their own


class ChatServer:
    """All ids and paths come from the environment that `tools/servers/synapse run` gives."""

    def __init__(self):
        self.url = os.environ["COMMHOST_SYNAPSE_URL"]
        self.name = os.environ["COMMHOST_SYNAPSE_SERVER_NAME"]
        self.admin = os.environ["COMMHOST_SYNAPSE_ADMIN_USER"]
        self.token = os.environ["COMMHOST_SYNAPSE_ADMIN_TOKEN"]
        self.log = Path(os.environ["COMMHOST_SYNAPSE_LOG"])
        self._script = Path(os.environ["COMMHOST_TEST_SERVERS"]) / "synapse"
        # No proxy of the environment stands between this machine and itself.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def account(self, localpart: str) -> str:
        return f"@{localpart}:{self.name}"

    def get(self, path: str):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with self._opener.open(request, timeout=60) as answer:
            return json.load(answer)

    def kick(self, room_id: str, account: str) -> None:
        """As a moderator does it by hand, who is our own account here."""
        path = f"/_matrix/client/v3/rooms/{urllib.parse.quote(room_id, safe='')}/kick"
        body = json.dumps({"user_id": account}).encode()
        request = urllib.request.Request(self.url + path, body, {"Authorization": f"Bearer {self.token}"}, method="POST")
        with self._opener.open(request, timeout=60):
            pass

    def room_ids(self) -> set[str]:
        """Of every room there is on the server."""
        return {each["room_id"] for each in self.get("/_synapse/admin/v1/rooms?limit=10000")["rooms"]}

    def room(self, room_id: str) -> Room:
        path = f"/_synapse/admin/v1/rooms/{urllib.parse.quote(room_id, safe='')}"
        state = {
            (event["type"], event["state_key"]): event["content"] for event in self.get(f"{path}/state")["state"]
        }
        return Room(
            id=room_id,
            name=state[("m.room.name", "")]["name"],
            version=state[("m.room.create", "")]["room_version"],
            join_rule=state[("m.room.join_rules", "")]["join_rule"],
            members=frozenset(self.get(f"{path}/members")["members"]),
            levels=state[("m.room.power_levels", "")]["users"],
        )

    def has_account(self, account: str) -> bool:
        try:
            return not self.get(f"/_synapse/admin/v2/users/{urllib.parse.quote(account, safe='')}")["deactivated"]
        except urllib.error.HTTPError as refused:
            if refused.code == 404:
                return False
            raise

    def mark(self) -> int:
        """A place in the log behind every request that was answered before this call.

        Synapse writes the line of a request a little after its answer, and in order: once a request of our own is in
        the log, so is what was answered before it.
        """
        word = f"mark-{uuid.uuid4()}"
        self.get(f"/_matrix/client/versions?{word}")
        wait_until(lambda: word in self.log.read_text(errors="replace"), "Synapse writes the mark into its log")
        return self.log.stat().st_size

    def processed(self, mark: int) -> list[Request]:
        """commhost's requests that are in the log behind the mark by now."""
        with open(self.log, "rb") as file:
            file.seek(mark)
            lines = file.read().decode(errors="replace").splitlines()
        found = (PROCESSED.search(line) for line in lines)
        return [Request(int(each[1]), each[2], each[3]) for each in found if each and each[4].startswith("commhost/")]

    def since(self, mark: int) -> list[Request]:
        """All of commhost's requests since the mark that have been answered."""
        self.mark()
        return self.processed(mark)

    @contextlib.contextmanager
    def stopped(self):
        """The server is not there within the block, and at the same address with the same data after it."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def stop(self) -> None:
        subprocess.run([self._script, "stop", self.log.parent], check=True, capture_output=True)

    def start(self) -> None:
        subprocess.run([self._script, "start", self.log.parent], check=True, capture_output=True)


def counted(requests: list[Request]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for each in requests:
        kinds[each.kind] = kinds.get(each.kind, 0) + 1
    return dict(sorted(kinds.items()))
