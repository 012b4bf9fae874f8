#!/usr/bin/env python3
"""A Yourchat server for trying things out: in memory, with no more than the plugin asks for. Its token is "letmein".

  chat=$(python3 tests/stand_in_chat.py)         starts one in the background and prints its address
  python3 tests/stand_in_chat.py show "$chat"    prints its rooms and who is in them
  python3 tests/stand_in_chat.py stop "$chat"
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import Request, urlopen

TOKEN = "letmein"
accounts = {}  # by username, which is the id as well: {"name": ..., "email": ...}
rooms = {}  # by id: {"key": ..., "name": ..., "topic": ..., "members": {account: role}}
lock = threading.Lock()


class Chat(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        address = urlsplit(self.path)
        parts = [unquote(part) for part in address.path.strip("/").split("/")]
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        with lock:
            status, answer = self.look_at(parts, query, body)
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        if address.path == "/stop":
            os._exit(0)  # after the answer, and without waiting for connections that are kept

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

    def look_at(self, parts, query, body):
        if (self.command, parts) == ("GET", ["rooms"]):
            return 200, {"rooms": list(rooms.values())}
        if (self.command, parts) == ("POST", ["stop"]):
            return 204, None
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"error": "no such token"}
        match [self.command, *parts[1:]]:
            case ["GET", "me"]:
                return 200, {"id": "bot", "admin": True}
            case ["GET", "users"]:
                return 200, {"users": [{"id": query["username"]}] if query["username"] in accounts else []}
            case ["POST", "users"]:
                username = body.pop("username")
                if username in accounts:
                    return 409, {"error": "there is one"}
                accounts[username] = body
                return 201, {"id": username}
            case ["PATCH", "users", account] if account in accounts:
                accounts[account].update(body)
                return 204, None
            case ["GET", "rooms"]:
                return 200, {"rooms": [{"id": id} for id, room in rooms.items() if room["key"] == query["key"]]}
            case ["POST", "rooms"]:
                id = f"r{len(rooms) + 1}"
                rooms[id] = {**body, "members": {"bot": "owner"}}
                return 201, {"id": id}
            case [_, "rooms", id, *rest] if id in rooms:
                return self.look_at_room(id, rest, body)
        return 404, {"error": "no such thing"}

    def look_at_room(self, id, rest, body):
        members = rooms[id]["members"]
        match [self.command, *rest]:
            case ["GET"]:
                return 200, {"id": id, "name": rooms[id]["name"], "topic": rooms[id]["topic"]}
            case ["PATCH"]:
                rooms[id].update(body)
            case ["DELETE"]:
                del rooms[id]
            case ["GET", "members"]:
                return 200, {"members": [{"user": user, "role": role} for user, role in members.items()]}
            case ["PUT", "members", user] if user in accounts:
                members[user] = body["role"]
            case ["DELETE", "members", user] if user in members:
                del members[user]
            case _:
                return 404, {"error": "no such thing"}
        return 204, None

    def log_message(self, *_):
        pass


def start():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    if os.fork() == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (sys.stdin, sys.stdout, sys.stderr):
            os.dup2(nothing, descriptor.fileno())
        server.serve_forever()


def show(address):
    for room in json.load(urlopen(f"{address}/rooms", timeout=30))["rooms"]:
        members = ", ".join(f"{user} ({role})" for user, role in sorted(room["members"].items()))
        print(f"{room['name']}: {members}")


def main(words):
    match words:
        case []:
            start()
        case ["show", address]:
            show(address)
        case ["stop", address]:
            urlopen(Request(f"{address}/stop", method="POST"), timeout=30)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
