"""A stand-in for a chat server with a small REST interface, for the fixtures that derive from rest_chat_provider.

    PUT, GET            /accounts/NAME
    PUT, GET, DELETE    /accounts/NAME/closed           nobody uses it; 404 where it is not closed
    PUT, GET, DELETE    /rooms/KEY                      {"name": ...}
    PUT, DELETE         /rooms/KEY/members/ACCOUNT      {"role": ...}
    POST                /rooms/KEY/members              {"account": ..., "role": ...}; 409 for somebody who is there
    POST                /rooms/KEY/look                 the same as GET
    PUT, DELETE         /rooms/KEY/closed               nobody writes in it; told by GET: {"name": ..., "closed": true}
    GET, PUT            /limit                          {"limited": true}, until somebody writes that it is not
    GET                 /rooms/KEY/members              {"members": [{"account": ..., "role": ...}]}

All with "Authorization: Bearer TOKEN", else 401.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class RestChat(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, token: str):
        super().__init__(("127.0.0.1", 0), Handler)
        self.token = token
        self.accounts: dict[str, dict] = {}
        self.rooms: dict[str, dict] = {}
        self.members: dict[str, dict[str, str]] = {}
        self.closed: set[str] = set()
        self.closed_accounts: set[str] = set()
        self.limited = True
        self.lock = threading.Lock()
        self.before_answer = lambda method, path: None  # for a test that wants to be told, or to keep the answer back
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, method: str, path: list[str], body: dict) -> tuple[int, dict]:
        match method, path:
            case "GET", [""]:
                return 200, {}
            case "GET", ["limit"]:
                return 200, {"limited": self.limited}
            case "PUT", ["limit"]:
                self.limited = body["limited"]
                return 200, body
            case "PUT", ["accounts", name]:
                self.accounts[name] = body
                return 201, body
            case "GET", ["accounts", name]:
                return (200, self.accounts[name]) if name in self.accounts else (404, {})
            case "PUT", ["accounts", name, "closed"]:
                self.closed_accounts.add(name)
                return 200, {}
            case "GET", ["accounts", name, "closed"]:
                return (200, {}) if name in self.closed_accounts else (404, {})
            case "DELETE", ["accounts", name, "closed"]:
                self.closed_accounts.discard(name)
                return 200, {}
            case "PUT", ["rooms", key]:
                self.rooms[key] = body
                self.members.setdefault(key, {})
                return 200, body
        if len(path) < 2 or path[0] != "rooms" or path[1] not in self.rooms:
            return 404, {"error": "not found"}
        members = self.members[path[1]]
        match method, path[2:]:
            case "GET", []:
                return 200, self.rooms[path[1]] | ({"closed": True} if path[1] in self.closed else {})
            case "DELETE", []:
                del self.rooms[path[1]], self.members[path[1]]
                self.closed.discard(path[1])
                return 200, {}
            case "PUT", ["closed"]:
                self.closed.add(path[1])
                return 200, {}
            case "DELETE", ["closed"]:
                self.closed.discard(path[1])
                return 200, {}
            case "POST", ["look"]:
                return 200, self.rooms[path[1]]
            case "GET", ["members"]:
                return 200, {"members": [{"account": each, "role": role} for each, role in members.items()]}
            case "POST", ["members"]:
                if body["account"] in members:
                    return 409, {"error": "is a member"}
                members[body["account"]] = body["role"]
                return 201, {}
            case "PUT", ["members", account]:
                members[account] = body["role"]
                return 200, {}
            case "DELETE", ["members", account]:
                return (200, {}) if members.pop(account, None) else (404, {"error": "no member"})
        return 405, {"error": "no such request"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece, or the client's delayed acknowledgement costs 40 ms each time
    server: RestChat

    def respond(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length) or b"{}")
        self.server.before_answer(self.command, self.path)
        if self.headers.get("Authorization") != f"Bearer {self.server.token}":
            status, answer = 401, {"error": "the token is not known"}
        else:
            with self.server.lock:
                path = [unquote(each) for each in self.path.lstrip("/").split("/")]
                status, answer = self.server.answer(self.command, path, body)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = respond

    def log_message(self, *_) -> None:
        pass
