"""A server that asks to wait: nobody is lost, and what it asks for is heeded."""

from chat_line import CREATE_ACCOUNT, CREATE_ROOM, JOIN, Limiter, Storm
from scenario import Scenario, as_measured, only_large


class RateLimits(Scenario):
    @as_measured
    def test_limited_joins(self):
        joins = sum(len(seats) for seats in self.roster.rooms.values())
        # A tenth of the joins at once, as measured; then fewer in a second than a real server makes, which those there were not.
        limiter = Limiter(JOIN, joins // 10, max(joins / 250, 4))
        self.provision("429 on joins", "30,660 s, then 13 of 20 rooms without a level", limiter)

    @as_measured
    def test_limited_rooms(self):
        self.provision("429 on creating rooms", "420 s", Limiter(CREATE_ROOM, 2, 0.5))

    @only_large
    def test_limited_accounts(self):
        self.provision("429 on creating accounts", "not measured", Limiter(CREATE_ACCOUNT, 5, 5))

    def test_storm(self):
        self.provision("429 to every second request", "not measured", Storm(2, 20, 50))
