"""A commhost with a state of its own that works with one homeserver, and what a run of it takes."""

import json
import os
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from homeserver.processes import children_of, is_worker, most_resident_kib

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """One `commhost run --until-idle`, with its workers."""

    seconds: float
    cpu_seconds: float
    worker_mib: float  # the most that a worker ever had resident
    supervisor_mib: float


def members(rooms: int, each: int, people: int) -> dict[str, list[int]]:
    """People by number: all have as many rooms, and no two rooms have the same."""
    return {f"room-{room}": [(room * each + place) % people for place in range(each)] for room in range(rooms)}


class Site:
    def __init__(self, program: Path, directory: Path, server, **changes):
        """server: has url, name and token. changes: fields of the configuration."""
        directory.mkdir()
        self.directory = directory
        token = directory / "token"
        token.touch(mode=0o600)
        token.write_text(server.token)
        matrix = {"homeserver_url": server.url, "server_name": server.name, "access_token": f"file:{token}"}
        document = {
            "state_directory": str(directory / "state"),
            "default_provider": "matrix",
            "removals": {"per_room": {}, "total": {}},
            "log": {"level": "warning"},
            "settings": {"matrix": matrix},
        } | changes
        (directory / "commhost.json").write_text(json.dumps(document))
        self._command = [str(program), "--config", str(directory / "commhost.json")]
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMHOST_")}

    def commhost(self, *words) -> None:
        done = subprocess.run([*self._command, *map(str, words)], env=self._environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"tools/bench: commhost {words[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def apply(self, rooms: dict[str, list[int]], people: int) -> None:
        """The first of a room is its teacher."""
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [
                {"id": f"p{n}", "username": f"user.{n}", "given_name": f"Given {n}", "family_name": f"Family {n}", "email": f"user.{n}@school.example"}
                for n in range(people)
            ],
            "instances": [{"id": room, "name": f"Class {room}"} for room in rooms],
            "memberships": [
                {"instance": room, "user": f"p{n}", "role": "teacher" if place == 0 else "student"}
                for room, of_room in rooms.items()
                for place, n in enumerate(of_room)
            ],
        }
        file = self.directory / "roster.json"
        file.write_text(json.dumps(document))
        self.commhost("roster", "apply", file)

    def run(self) -> Run:
        """Until all is done. What is not ends the benchmark."""
        with open(self.directory / "run.txt", "w+") as out:
            begun = time.perf_counter()
            child = subprocess.Popen([*self._command, "run", "--until-idle"], env=self._environment, stdout=out, stderr=out)
            worker = supervisor = 0
            ended = os.pidfd_open(child.pid)
            poll = select.poll()
            poll.register(ended, select.POLLIN)
            # A worker is idle for a moment before it is told to end, so what was seen last is the whole of its work.
            while not poll.poll(SAMPLE_SECONDS * 1000):
                supervisor = max(supervisor, most_resident_kib(child.pid) or 0)
                for each in children_of(child.pid):
                    if is_worker(each):
                        worker = max(worker, most_resident_kib(each) or 0)
            taken = time.perf_counter() - begun
            os.close(ended)
            _, status, used = os.wait4(child.pid, 0)  # with what its own children took
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode != 0:
                out.seek(0)
                raise SystemExit(f"tools/bench: commhost run ended with {child.returncode}:\n{out.read()}")
        return Run(taken, used.ru_utime + used.ru_stime, worker / 1024, supervisor / 1024)
