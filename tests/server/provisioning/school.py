"""Rosters as a test knows them: read from, and written to, CSV and JSON without any of commhost."""

import csv
import json
import shutil
from pathlib import Path

from chat_server import ChatServer
from program import FIXTURES, Commhost, room_in

SAMPLE_SCHOOL = FIXTURES / "sample_school"

# Synapse's power levels for the roles of an enrolment; who is not here has no level of their own.
LEVELS = {"teacher": 51, "aide": 51, "administrator": 90}

Table = list[dict[str, str]]


def read(file: Path) -> Table:
    with open(file, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def write(file: Path, rows: Table) -> None:
    with open(file, "w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class School:
    """A copy of the sample school that a test may change."""

    def __init__(self, folder: Path, classes: list[str] | None = None, most: int | None = None):
        """With these classes alone, and at most so many enrolments in each."""
        shutil.copytree(SAMPLE_SCHOOL, folder)
        self.folder = folder
        if classes is not None:
            kept: Table = []
            for each in classes:
                kept += [row for row in self.enrollments() if row["classSourcedId"] == each][:most]
            write(folder / "enrollments.csv", kept)
            write(folder / "classes.csv", [row for row in self.classes() if row["sourcedId"] in classes])
            people = {row["userSourcedId"] for row in kept}
            write(folder / "users.csv", [row for row in read(folder / "users.csv") if row["sourcedId"] in people])

    def classes(self) -> Table:
        return read(self.folder / "classes.csv")

    def enrollments(self) -> Table:
        return read(self.folder / "enrollments.csv")

    def change_enrollments(self, change) -> None:
        """Writes what change gives for the rows there are."""
        write(self.folder / "enrollments.csv", change(self.enrollments()))

    def people(self) -> Table:
        return read(self.folder / "users.csv")

    def usernames(self) -> dict[str, str]:
        return {row["sourcedId"]: row["username"] for row in read(self.folder / "users.csv")}

    def wanted(self, chat: ChatServer) -> dict[str, dict[str, int | None]]:
        """By class: every account that is to be in its room, with its power level. Our own is always there."""
        usernames = self.usernames()
        rooms: dict[str, dict[str, int | None]] = {row["sourcedId"]: {chat.admin: 100} for row in self.classes()}
        for row in self.enrollments():
            account = chat.account(usernames[row["userSourcedId"]])
            rooms[row["classSourcedId"]][account] = LEVELS.get(row["role"])
        return rooms


def found(chat: ChatServer, host: Commhost) -> dict[str, dict[str, int | None]]:
    """The same of what Synapse reports. A level of somebody who is not in the room would show, too."""
    rooms = {}
    for instance, listed in host.rooms().items():
        if listed["url"] is None:
            rooms[instance] = {}
            continue
        room = chat.room(room_in(listed["url"]))
        rooms[instance] = {account: room.levels.get(account) for account in {*room.members, *room.levels}}
    return rooms


def write_document(file: Path, users: dict[str, str | dict], rooms: dict[str, list[str]], **instance) -> Path:
    """A JSON roster: users by id, each a username or its fields; instances by id, each with the ids of its students."""
    document = {
        "format": "commhost-roster",
        "version": 1,
        "scope": "full",
        "component": "school",
        "users": [
            {"id": each, **(fields if isinstance(fields, dict) else {"username": fields})}
            for each, fields in users.items()
        ],
        "instances": [{"id": each, "name": f"Room {each}"} | instance for each in rooms],
        "memberships": [
            {"instance": each, "user": user, "role": "student"} for each, people in rooms.items() for user in people
        ],
    }
    file.write_text(json.dumps(document))
    return file
