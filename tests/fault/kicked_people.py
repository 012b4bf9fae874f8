"""People whom somebody takes out of their rooms by hand while a run goes on: they are seen to be missing and are added again."""

import random

from scenario import OPTIONS, Scenario, as_measured
from school import found


class KickedPeople(Scenario):
    @as_measured
    def test_people_who_were_kicked(self):
        chance = random.Random(OPTIONS.seed)
        host = self.host(synchronise_every="1s")
        self.apply(host)
        supervisor = self.start(host)
        self.wait_for(lambda: {each["state"] for each in host.rooms().values()} == {"ready"}, "all rooms are there")
        before = self.roster
        self.roster = before.changed(chance, 5)
        self.had_accounts = before.accounts(self.chat)
        self.apply(host)  # so that there is other work, too
        stay = [
            (room, user)
            for room, seats in sorted(self.roster.rooms.items())
            for user in sorted(seats)
            if user in before.rooms[room]
        ]
        kicked = chance.sample(stay, 10)
        self.begin_clock()
        for room, user in kicked:
            self.chat.kick(host.room_id(room), self.chat.account(user))
        self.wait_for(lambda: found(self.chat, host) == self.roster.wanted(self.chat), "everybody is in again")
        self.end_clock()
        self.end(supervisor)
        self.check(host, "kicked by hand", len(kicked), "10 kicked: never, 10 lost")

    def expected_accounts(self) -> set[str]:
        """Whoever is in no room any more keeps the account that was made for the first roster."""
        return super().expected_accounts() | self.had_accounts
