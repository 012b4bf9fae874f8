"""Rooms and their members on a real Synapse: how long commhost takes, beside a client that sends the same requests by hand.

What commhost asks for is recorded on the stand-in (homeserver/). That is sent by libcurl alone, to a new Synapse each time, with
1, 2, 4 and 8 rooms at once and one request at a time in each, and the fastest counts. The time of commhost is that of
`commhost run --until-idle` from its start to its end, on a new Synapse, too. Accounts are there before.
"""

import json
import os
import statistics
import subprocess
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace

from bench import Row, report
from homeserver.site import Site, members
from homeserver.stand_in import StandIn

BUILD = Path(os.environ["COMMHOST_BENCH_BUILD"])
PROGRAM, SERVER, LOAD = (BUILD / "bin" / name for name in ("commhost", "bench_homeserver", "bench_matrix_load"))
SYNAPSE = Path(__file__).resolve().parents[2] / "tools/servers/synapse"

ROOMS, EACH, PEOPLE = 8, 30, 48
ROOMS_AT_ONCE = (1, 2, 4, 8)
ROUNDS = 2
MOST_TIME = 1.1


class Synapse:
    """A new one, with the people's accounts, gone at the end of the block."""

    def __init__(self, directory: Path):
        self.directory = directory

    def __enter__(self):
        started = subprocess.run([SYNAPSE, "start", self.directory], check=True, stdout=subprocess.PIPE, text=True)
        place = json.loads(started.stdout)
        # No proxy of the environment stands between this machine and itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for number in range(PEOPLE):
            account = urllib.parse.quote(f"@user.{number}:{place['server_name']}", safe="")
            headers = {"Authorization": f"Bearer {place['admin_token']}", "Content-Type": "application/json"}
            request = urllib.request.Request(f"{place['url']}/_synapse/admin/v2/users/{account}", b"{}", headers, method="PUT")
            opener.open(request).close()
        return SimpleNamespace(
            url=place["url"], name=place["server_name"], admin=place["admin_user"][1:].partition(":")[0], token=place["admin_token"]
        )

    def __exit__(self, *_):
        subprocess.run([SYNAPSE, "stop", self.directory], check=True, stdout=subprocess.DEVNULL)


def provisioned(directory: Path, server) -> float:
    site = Site(PROGRAM, directory, server)
    site.run()  # looks at the plugins for the first time
    site.apply(members(ROOMS, EACH, PEOPLE), PEOPLE)
    return site.run().seconds


def by_hand(record: Path, server, at_once: int) -> float:
    words = [LOAD, record, server.url, server.token, at_once, 1]
    done = json.loads(subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout)
    if done["unlike"]:
        raise SystemExit(f"tools/bench: {done['unlike']} of {done['requests']} requests by hand had another answer than on the stand-in")
    return done["seconds"]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="commhost-bench-") as directory:
        count = iter(range(1000))

        def place() -> Path:
            return Path(directory, str(next(count)))

        with Synapse(place()) as server:
            names = {"server_name": server.name, "admin": server.admin}
        record = place()
        with StandIn(SERVER, accounts=PEOPLE, record=record, **names) as stand_in:
            provisioned(place(), stand_in)

        ours, hands = [], {at_once: [] for at_once in ROOMS_AT_ONCE}
        for _ in range(ROUNDS):
            with Synapse(place()) as server:
                ours.append(provisioned(place(), server))
            for at_once, taken in hands.items():
                with Synapse(place()) as server:
                    taken.append(by_hand(record, server, at_once))
        medians = {at_once: statistics.median(taken) for at_once, taken in hands.items()}
        best = min(medians, key=medians.__getitem__)
        note = ", ".join(f"{at_once} at once: {taken:.3g} s" for at_once, taken in medians.items())
        rows = [Row(f"{ROOMS}x{EACH}: time", statistics.median(ours), f"by hand, {best} rooms at once", medians[best], "s", MOST_TIME, note)]
        report("matrix_synapse", rows, {"rounds": ROUNDS})


main()
