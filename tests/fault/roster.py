"""Rosters of any size as the measurements of Moodle used them: each room has a teacher, and each person sits in about five
rooms, or in two where rooms are few."""

import copy
import json
import random
from pathlib import Path

from chat_server import ChatServer
from school import LEVELS


class Roster:
    def __init__(self, prefix: str, rooms: int, members: int):
        """prefix: of all ids and usernames, so that nobody else has these accounts."""
        people = [f"{prefix}-p{number}" for number in range(max(2 * members, rooms * members // 5))]
        self.people = people
        self.rooms: dict[str, dict[str, str]] = {}  # the role of each person, by room
        self.names: dict[str, str] = {}  # of rooms that are not called as all are
        for room in range(rooms):
            seats = [people[(room * members + seat) % len(people)] for seat in range(members)]
            self.rooms[f"{prefix}-r{room}"] = {each: "student" for each in seats} | {seats[0]: "teacher"}

    def changed(self, chance: random.Random, changes: int) -> "Roster":
        """Another one, in which so many people come, go or change their role."""
        other = copy.deepcopy(self)
        for _ in range(changes):
            room = other.rooms[chance.choice(sorted(other.rooms))]
            inside = sorted(room)
            outside = sorted(set(self.people) - set(room))
            match chance.choice(["come", "go", "role"]):
                case "come" if outside:
                    room[chance.choice(outside)] = "student"
                case "go" if len(inside) > 2:
                    del room[chance.choice(inside)]
                case _:
                    one = chance.choice(inside)
                    room[one] = "student" if room[one] == "teacher" else "teacher"
        return other

    def write(self, file: Path) -> Path:
        document = {
            "format": "commhost-roster",
            "version": 1,
            "scope": "full",
            "component": "school",
            "users": [{"id": each, "username": each} for each in self.people],
            "instances": [{"id": each, "name": self.names.get(each, f"Room {each}")} for each in self.rooms],
            "memberships": [
                {"instance": room, "user": user, "role": role}
                for room, seats in self.rooms.items()
                for user, role in seats.items()
            ],
        }
        file.write_text(json.dumps(document))
        return file

    def wanted(self, chat: ChatServer) -> dict[str, dict[str, int | None]]:
        """By room: every account that is to be in it, with its power level. Our own is always there."""
        return {
            room: {chat.admin: 100} | {chat.account(user): LEVELS.get(role) for user, role in seats.items()}
            for room, seats in self.rooms.items()
        }

    def accounts(self, chat: ChatServer) -> set[str]:
        return {chat.account(user) for seats in self.rooms.values() for user in seats}
