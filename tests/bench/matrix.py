"""Rooms and their members on a Matrix server that takes nothing itself, or answers after 20 ms: what commhost takes.

The server is a stand-in (homeserver/), a new one for each measurement. The floor is what the stand-in was asked for by commhost,
sent once more by libcurl alone to another stand-in: rooms before their members, and as many rooms at once, and in a room as many
requests at once, as is best of what commhost may have there. The time of commhost, and its processor time, is that of
`commhost run --until-idle` from its start to its end, and not of `commhost roster apply` before it.
"""

import json
import os
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench import Row, report
from homeserver.site import Run, Site, members
from homeserver.stand_in import StandIn

BUILD = Path(os.environ["COMMHOST_BENCH_BUILD"])
PROGRAM, SERVER, LOAD = (BUILD / "bin" / name for name in ("commhost", "bench_homeserver", "bench_matrix_load"))

SIZES = ((20, 50), (100, 50), (10, 500))
ROUNDS = {0: 3, 20: 1}  # by latency in milliseconds
ROOMS_AT_ONCE = (32, 16, 8, 4, 2, 1)  # from the configuration's "rooms_at_once" down
IN_A_ROOM = (1, 4, json.loads(subprocess.run([LOAD, "limits"], check=True, capture_output=True).stdout)["in_a_room"])
NO_BETTER = 1.5  # so many times slower than the best, and fewer rooms at once are not tried
CHANGED = 10  # one in so many
WIDE = (2000, 50)  # of which the memory is compared with that of the smallest
MOST_REQUESTS, MOST_CPU, MOST_READS = 1.15, 0.15, 1  # for a membership, milliseconds for a membership, for a room
MOST_TIME, MOST_MEMORY, MOST_FOR_A_CHANGE = 1.25, 1.1, 1.15

# What Moodle's communication subsystem took for the same on such a stand-in, on another machine of two processors.
ELSEWHERE = {
    (20, 50, 0): "3.4 s, 2.5 s with three runners; 3,080 requests",
    (20, 50, 20): "70.4 s, 24.7 s with three runners; 3,080 requests",
    (100, 50, 0): "15.6 s, 12.3 s of processor time; 15,400 requests",
    (100, 50, 20): "353 s; 15,400 requests",
    (10, 500, 0): "14.9 s, 11.6 s of processor time; 15,040 requests",
    (10, 500, 20): "342 s; 15,040 requests",
}
ELSEWHERE_CHANGED = {(20, 50): "9.5 s, 1,200 requests", (100, 50): "52.9 s, 6,000 requests", (10, 500): "298.5 s, 6,000 requests"}


@dataclass(frozen=True)
class Work:
    """What was done, and what for."""

    run: Run
    requests: dict[str, int]  # by kind

    @property
    def number(self) -> int:
        return sum(number for kind, number in self.requests.items() if kind != "refused")

    def __str__(self) -> str:
        return ", ".join(f"{number} {kind}" for kind, number in sorted(self.requests.items(), key=lambda each: -each[1])) or "none"


def people_of(rooms: int, each: int) -> int:
    """So that everybody is in five rooms."""
    return max(each, rooms * each // 5)


def changed(rooms: dict[str, list[int]], people: int) -> dict[str, list[int]]:
    """In each room some students give way to others, who are people of the school already."""
    after = {}
    for room, of_room in rooms.items():
        number = len(of_room) // CHANGED
        present = set(of_room)
        others = (n % people for n in range(of_room[-1] + 1, of_room[-1] + 1 + people))
        new = [each for each, _ in zip((each for each in others if each not in present), range(number))]
        after[room] = of_room[: len(of_room) - len(new)] + new
    return after


class Provisioning:
    """A site, its stand-in and what it has had so far."""

    def __init__(self, directory: Path, rooms: int, each: int, **options):
        self.people = people_of(rooms, each)
        self.rooms = members(rooms, each, self.people)
        self.server = StandIn(SERVER, **({"accounts": self.people} | options))
        self.site = Site(PROGRAM, directory, self.server)
        self.nothing = self.site.run()  # looks at the plugins for the first time, which is not what is measured
        self._before = self.server.requests()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()

    def work(self) -> Work:
        run = self.site.run()
        now = self.server.requests()
        done, self._before = now - self._before, now
        return Work(run, dict(done))

    def provision(self) -> Work:
        self.site.apply(self.rooms, self.people)
        return self.work()

    def read_again(self) -> Work:
        self.site.commhost("room", "sync", "--all")
        return self.work()

    def change(self) -> tuple[Work, int]:
        """And how many people came or went."""
        after = changed(self.rooms, self.people)
        moves = sum(len(set(of_room) ^ set(after[room])) for room, of_room in self.rooms.items())
        self.site.apply(after, self.people)
        return self.work(), moves


def bare(record: Path, latency: int, people: int, at_once: int, in_a_room: int) -> float:
    """Seconds."""
    with StandIn(SERVER, latency=latency, accounts=people) as server:
        words = [LOAD, record, server.url, server.token, at_once, in_a_room]
        done = json.loads(subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout)
    if done["unlike"]:
        raise SystemExit(f"tools/bench: {done['unlike']} of {done['requests']} bare requests had another answer than commhost's")
    return done["seconds"]


def floor(record: Path, latency: int, people: int) -> tuple[float, int, int]:
    """Seconds, and how many rooms at once, and requests in each, were best."""
    tried = []
    for in_a_room in IN_A_ROOM:
        best = None
        for at_once in ROOMS_AT_ONCE:
            seconds = bare(record, latency, people, at_once, in_a_room)
            tried.append((seconds, at_once, in_a_room))
            best = seconds if best is None else min(best, seconds)
            if seconds > NO_BETTER * best:
                break
    return min(tried)


def per_membership(rooms: int, each: int, work: Work) -> float:
    return work.run.cpu_seconds * 1000 / (rooms * each)


class Bench:
    def __init__(self, directory: Path):
        self.directory = directory
        self.count = 0

    def place(self) -> Path:
        self.count += 1
        return self.directory / str(self.count)

    def timed(self, rooms: int, each: int, latency: int) -> list[Row]:
        """New rooms with accounts that exist, beside the floor."""
        measured = []
        for _ in range(ROUNDS[latency]):
            record = self.place()
            with Provisioning(self.place(), rooms, each, latency=latency, record=record) as on:
                work, idle = on.provision(), on.nothing
            measured.append((work.run.seconds, per_membership(rooms, each, work), *floor(record, latency, on.people), idle.seconds))
        taken, cpu, least, at_once, in_a_room, idle = (statistics.median(values) for values in zip(*measured))
        what = f"{rooms}x{each}, {latency} ms"
        note = f"a run with nothing to do: {idle:.2f} s; Moodle, elsewhere: {ELSEWHERE[rooms, each, latency]}"
        return [
            Row(f"{what}: time", taken, f"bare requests, {at_once:.0f} rooms at once, {in_a_room:.0f} in each", least, "s", MOST_TIME, note),
            Row(f"{what}: processor time of the run", cpu, "wanted", MOST_CPU, "ms a membership", 1),
        ]

    def counted(self, rooms: int, each: int) -> list[Row]:
        """What is asked of the server; latency changes nothing of that."""
        what, number = f"{rooms}x{each}", rooms * each
        with Provisioning(self.place(), rooms, each) as on:
            new, again, (change, moves) = on.provision(), on.read_again(), on.change()
            on.site.apply(changed(on.rooms, on.people), on.people)
            nothing = on.work()
        with Provisioning(self.place(), rooms, each, accounts=0) as on:
            making, people = on.provision(), on.people
        unlike = f"; {change.run.seconds:.3g} s; Moodle, elsewhere: {ELSEWHERE_CHANGED[rooms, each]}"
        return [
            Row(f"{what}: requests for new rooms", new.number, "memberships", number, "requests", MOST_REQUESTS, str(new)),
            Row(f"{what}: requests for new rooms and new accounts", making.number, f"{MOST_REQUESTS} a membership and 1 an account",
                MOST_REQUESTS * number + people, "requests", 1, str(making)),
            Row(f"{what}: requests to read all again", again.number, "rooms", rooms, "requests", MOST_READS, str(again)),
            Row(f"{what}: requests for the same roster once more", nothing.number, "rooms", rooms, "requests", MOST_READS, str(nothing)),
            Row(f"{what}: requests for 1 in {CHANGED} changed", change.number, "people who came or went, and a read a room",
                moves + rooms, "requests", MOST_FOR_A_CHANGE, str(change) + unlike),
        ]

    def memory(self) -> list[Row]:
        small, wide = [], []
        for of, (rooms, each) in ((small, SIZES[0]), (wide, WIDE)):
            with Provisioning(self.place(), rooms, each) as on:
                of.append(on.provision())
                of.append(on.read_again())
        few, many = SIZES[0][0] * SIZES[0][1], WIDE[0] * WIDE[1]
        rows = []
        for what, less, more in zip(("new rooms", "all read again"), small, wide):
            for who in ("worker", "supervisor"):
                of = [getattr(work.run, f"{who}_mib") for work in (more, less)]
                note = f"{more.run.seconds:.3g} s, {more.run.cpu_seconds:.3g} s of processor time" if who == "worker" else ""
                rows.append(Row(f"{what}: most memory of the {who}, {many} memberships", of[0], f"{few} memberships", of[1], "MiB", MOST_MEMORY, note))
        return rows


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="commhost-bench-") as directory:
        bench = Bench(Path(directory))
        rows = [row for latency in ROUNDS for size in SIZES for row in bench.timed(*size, latency)]
        rows += [row for size in SIZES for row in bench.counted(*size)]
        rows += bench.memory()
        report("matrix", rows, {"rounds": " and ".join(f"{rounds} at {latency} ms" for latency, rounds in ROUNDS.items())})


main()
