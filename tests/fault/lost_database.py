"""A PostgreSQL that is restarted, or to which the connections are cut, while hosts work with it."""

import os
import subprocess
import urllib.parse
from pathlib import Path

from line import Line
from program import psql
from scenario import POSTGRESQL, new_database
from shared_database import SharedDatabase, worked_on_twice

SCRIPT = Path(os.environ["COMMHOST_TEST_SERVERS"]) / "postgresql"


def socket_folder() -> str:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(POSTGRESQL).query)["host"][0]


class LostDatabase(SharedDatabase):
    def begin(self, database: str) -> None:
        self.lines, self.hosts = self.shared(2, database)
        self.apply(self.hosts[0])
        self.supervisors = [self.start(host) for host in self.hosts]

    def wait_for_requests(self, number: int) -> None:
        self.wait_for(lambda: sum(len(line.passed) for line in self.lines) >= number, f"{number} requests")

    def end_and_check(self, fault: str, injected: int) -> None:
        self.wait_until_done(self.hosts[0])
        for each in self.supervisors:
            self.end(each)
        self.assertEqual(worked_on_twice(self.lines), [])
        self.check(self.hosts[0], fault, injected, "not measured")

    def test_restart(self):
        self.begin(new_database())
        for number in (10, 30):
            self.wait_for_requests(number)
            for verb in ("stop", "start"):
                subprocess.run([SCRIPT, verb, Path(socket_folder()).parent], check=True, capture_output=True)
        self.end_and_check("PostgreSQL restarted", 2)

    def test_cut_connections(self):
        cable = Line(socket_folder(), 5432)
        self.addCleanup(cable.close)
        cable.mend()
        database = new_database()
        options = urllib.parse.quote(urllib.parse.parse_qs(urllib.parse.urlsplit(database).query)["options"][0])
        through = f"postgresql://commhost@127.0.0.1:{cable.port}/commhost?options={options}"
        self.assertEqual(psql(through, "select 1"), "1")
        self.begin(through)
        for number in (5, 15, 25, 35):
            self.wait_for_requests(number)
            cable.cut()
            cable.mend()
        self.end_and_check("connections to PostgreSQL cut", 4)
