"""Starts the stand-in for Synapse (main.cpp) and asks it what it has had."""

import json
import subprocess
import urllib.request
from collections import Counter
from pathlib import Path


class StandIn:
    """A process of its own. It ends when its standard input does, thus with its starter at the latest."""

    def __init__(self, program: Path | str, **options):
        """options: of the program, such as latency=20."""
        words = [str(word) for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        self._process = subprocess.Popen([program, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        place = json.loads(self._process.stdout.readline())
        self.url, self.name = place["url"], place["server_name"]
        self.admin, self.token = place["admin_account"], place["admin_token"]
        # No proxy of the environment stands between this machine and itself.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        if self._process.wait() != 0:
            raise RuntimeError("the stand-in did not end in order")

    def get(self, path: str):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.token}"})
        with self._opener.open(request) as answer:
            return json.load(answer)

    def counts(self) -> dict:
        return self.get("/stand_in/counts")

    def requests(self) -> Counter[str]:
        """How many there were of each kind; what was refused is counted once more under that word."""
        return Counter(self.counts()["requests"])
