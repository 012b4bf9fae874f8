"""The connections of a worker to a homeserver behind TLS: how many there are, what is spoken on them, and what of TLS is kept.

A real nginx speaks TLS before the stand-in homeserver; its log says of each request on which connection it came.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/bench"))
from homeserver.site import Site, members  # noqa: E402
from homeserver.stand_in import StandIn  # noqa: E402

PROGRAM, SERVER = os.environ["COMMHOST_TEST_PROGRAM"], os.environ["COMMHOST_TEST_STAND_IN"]
PROXY = ROOT / "tools/servers/tls_proxy"
ROOMS, EACH, PEOPLE = 6, 20, 40


@contextmanager
def proxy(directory: Path, *options: str):
    started = subprocess.run([PROXY, "start", directory, *options], check=True, stdout=subprocess.PIPE, text=True)
    try:
        yield SimpleNamespace(**json.loads(started.stdout))
    finally:
        subprocess.run([PROXY, "stop", directory], check=True)


def connections(log: str) -> list[SimpleNamespace]:
    """With their requests, in the order in which they were begun. Whoever only looked whether nginx answers sent none."""
    found = defaultdict(list)
    for line in Path(log).read_text().splitlines():
        number, place, protocol, reused, method, path = line.split(" ", 5)
        found[int(number)].append((int(place), protocol, reused == "r", f"{method} {path}"))
    return [
        SimpleNamespace(requests=[what for *_, what in sorted(each)], protocols={protocol for _, protocol, _, _ in each}, resumed=each[0][2])
        for _, each in sorted(found.items())
    ]


class Tls(unittest.TestCase):
    def provision(self, *options: str) -> list[SimpleNamespace]:
        with tempfile.TemporaryDirectory() as name, StandIn(SERVER, accounts=PEOPLE) as server:
            directory = Path(name)
            with proxy(directory / "proxy", "--to", server.url, *options) as place:
                behind = SimpleNamespace(url=place.url, name=server.name, token=server.token)
                site = Site(PROGRAM, directory / "site", behind, http={"ca_file": place.ca_file})
                site.apply(members(ROOMS, EACH, PEOPLE), PEOPLE)
                site.run()
            self.assertEqual(server.requests()["join"], ROOMS * EACH)
            return connections(place.log)

    def test_where_http2_is_offered_all_rooms_share_a_connection(self):
        found = self.provision()
        self.assertEqual({protocol for each in found for protocol in each.protocols}, {"HTTP/2.0"})
        self.assertEqual(len(found), 1)
        self.assertGreater(len(found[0].requests), ROOMS * EACH)

    def test_http1_connections_are_kept(self):
        found = self.provision("--http1")
        self.assertEqual({protocol for each in found for protocol in each.protocols}, {"HTTP/1.1"})
        sent = sum(len(each.requests) for each in found)
        # As many as were under way at once, and no more.
        self.assertLess(len(found), 32)
        self.assertGreater(sent, ROOMS * EACH)

    def test_a_connection_that_is_opened_anew_takes_up_the_tls_session(self):
        found = self.provision("--http1", "--requests", "5")
        self.assertGreaterEqual(len(found), ROOMS * EACH / 5)
        # The first ones, before any session was there, may be as many as are under way at once.
        later = found[16:]
        self.assertTrue(all(each.resumed for each in later), [each.resumed for each in found])
        self.assertFalse(found[0].resumed)


if __name__ == "__main__":
    unittest.main()
