"""A server that asks to wait: nobody is lost, and what it asks for is heeded."""

from chat_line import CREATE_ACCOUNT, CREATE_ROOM, JOIN, Limiter, Storm
from scenario import OPTIONS, Scenario


class RateLimits(Scenario):
    def test_limited_joins(self):
        joins = OPTIONS.rooms * OPTIONS.members
        # As measured: a tenth of the joins at once, then a fiftieth of them each second.
        limiter = Limiter(JOIN, joins // 10, max(joins / 50, 5))
        self.provision("429 on joins", "30,660 s, then 13 of 20 rooms without a level", limiter)

    def test_limited_rooms(self):
        self.provision("429 on creating rooms", "420 s", Limiter(CREATE_ROOM, 2, 0.5))

    def test_limited_accounts(self):
        self.provision("429 on creating accounts", "not measured", Limiter(CREATE_ACCOUNT, 5, 5))

    def test_storm(self):
        self.provision("429 to every second request", "not measured", Storm(2, 20, 50))
