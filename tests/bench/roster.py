"""Ten thousand courses, thirty thousand people, a hundred and eighty thousand enrolments: what a plan of them costs.

The peer is SQLite's own shell, which loads the same CSV files into an empty database. Time grows no faster than the roster, seen at
a tenth of its size.
"""

import csv
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench import Row, in_turns, report, seconds

BUILD = Path(os.environ["COMMHOST_BENCH_BUILD"])
SOURCE = Path(__file__).resolve().parents[2]
COURSES, PEOPLE, EACH = 10_000, 30_000, 18
ROUNDS = 5
MOST_MEMORY = 300  # MiB


def write(file: Path, head: str, rows) -> None:
    with open(file, "w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(head.split(","))
        writer.writerows(rows)


def lay_out(folder: Path, share: int, changed: bool = False) -> None:
    """One of `share` parts of all. changed: one enrolment in a hundred is another person's."""
    folder.mkdir()
    courses, people = COURSES // share, PEOPLE // share
    sample = SOURCE / "tests/fixtures/sample_school"
    for name in ("manifest", "orgs", "academicSessions", "courses"):
        shutil.copy(sample / f"{name}.csv", folder)
    write(
        folder / "users.csv",
        "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
        ([f"p{n}", "", "", "true", "org-harbour-lane", "student", f"user.{n}", "", f"Given {n % 977}", f"Family {n}", "", n, f"user.{n}@school.example", "", "", "", "", ""]
         for n in range(people)),
    )
    write(
        folder / "classes.csv",
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
        ([f"c{n}", "", "", f"Class {n}", "", "course-mat", f"C-{n}", "scheduled", "", "org-harbour-lane", "session-term", "", "", ""]
         for n in range(courses)),
    )

    def enrolments():
        for course in range(courses):
            for place in range(EACH):
                number = course * EACH + place
                person = (number * 7 + (1 if changed and number % 100 == 0 else 0)) % people
                role = "teacher" if place == 0 else "student"
                yield [f"c{course}-{place}", "", "", f"c{course}", "org-harbour-lane", f"p{person}", role, "", "", ""]

    write(folder / "enrollments.csv", "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate", enrolments())


def load(folder: Path) -> float:
    """SQLite's shell and the same files."""
    with tempfile.TemporaryDirectory(prefix="commhost-bench-") as directory:
        words = [f".import --csv {file} {file.stem}" for file in sorted(folder.glob("*.csv"))]
        return seconds(["sqlite3", Path(directory, "peer.db"), *words])


class School:
    def __init__(self, directory: Path, name: str, share: int):
        self.folder, self.changed = directory / name, directory / f"{name}-changed"
        lay_out(self.folder, share)
        lay_out(self.changed, share, changed=True)
        self.state = directory / f"{name}-state"
        self.environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(self.state)}
        begun = time.perf_counter()
        subprocess.run([BUILD / "bin/commhost", "roster", "apply", self.folder, "--json"], check=True, stdout=subprocess.DEVNULL, env=self.environment)
        self.applied = time.perf_counter() - begun

    def plan(self, folder: Path) -> tuple[float, float]:
        """Seconds, and MiB at most."""
        begun = time.perf_counter()
        child = subprocess.Popen([BUILD / "bin/commhost", "roster", "plan", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment)
        _, status, used = os.wait4(child.pid, 0)
        taken = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != (0 if folder == self.folder else 2):
            raise SystemExit(f"roster plan {folder} ended with status {child.returncode}")
        return taken, used.ru_maxrss / 1024

    def statements(self) -> int:
        words = [BUILD / "bin/bench_roster_statements", f"sqlite:{self.state}/commhost.db", self.folder]
        return int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="commhost-bench-") as directory:
        whole, tenth = School(Path(directory), "whole", 1), School(Path(directory), "tenth", 10)
        memory: list[float] = []

        def plan(of: School, folder: Path) -> float:
            taken, used = of.plan(folder)
            if of is whole:
                memory.append(used)
            return taken

        loaded, unchanged, changed, small = in_turns(
            ROUNDS,
            lambda: load(whole.folder),
            lambda: plan(whole, whole.folder),
            lambda: plan(whole, whole.changed),
            lambda: plan(tenth, tenth.folder),
        )
        statements = f"{whole.statements()} SQL statements, {tenth.statements()} at a tenth of the size"
        rows = [
            Row("unchanged plan", unchanged, "sqlite3's load of the same files", loaded, "s", 3, statements),
            Row("plan with 1 % of the enrolments changed", changed, "sqlite3's load of the same files", loaded, "s"),
            Row("memory of these plans, at most", max(memory), "allowed", MOST_MEMORY, "MiB", 1),
            Row("unchanged plan of ten times the size", unchanged, "ten times the plan of a tenth", small * 10, "s", 1),
            Row("first apply", whole.applied, "sqlite3's load of the same files", loaded, "s"),
        ]
        about = {"courses": COURSES, "people": PEOPLE, "enrolments": COURSES * EACH, "rounds": ROUNDS}
        report("roster", rows, about)


main()
