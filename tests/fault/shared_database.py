"""Hosts that share one PostgreSQL, each with a line of its own to the chat server, so that it is seen who asked for what."""

from chat_line import ChatLine
from program import Commhost
from scenario import Scenario, new_database


def worked_on_twice(lines: list[ChatLine]) -> list[str]:
    """Rooms in which two hosts had a request under way at the same moment. Not counted is what nobody waited for any more: whoever
    sent it had been killed."""
    passed = [(each, line) for line in lines for each in list(line.passed) if each.room and not each.abandoned]
    found = []
    until: dict[str, tuple[float, ChatLine]] = {}
    for each, line in sorted(passed, key=lambda one: one[0].begin):
        last, by = until.get(each.room, (0.0, line))
        if by is not line and each.begin < last:
            found.append(each.room)
        if each.end > last:
            until[each.room] = (each.end, line)
    return found


class SharedDatabase(Scenario):
    def shared(self, number: int, database: str | None = None, **changes) -> tuple[list[ChatLine], list[Commhost]]:
        changes |= {"database": database or new_database(), "rooms_at_once": 1}
        lines = [self.line() for _ in range(number)]
        return lines, [self.host(line.url, **changes) for line in lines]
