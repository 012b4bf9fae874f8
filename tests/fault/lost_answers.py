"""The server does what it is asked, and the answer is lost: what is done is found again and not done twice."""

from chat_line import CREATE_ACCOUNT, CREATE_ROOM, JOIN, LostAnswers
from scenario import Scenario


class LostAnswersOfTheServer(Scenario):
    def provision(self, kind: str, every: int, fault: str, moodle: str) -> None:
        line = self.line(LostAnswers(kind, every))
        host = self.host(line.url)
        self.apply(host)
        supervisor = self.start(host)
        self.wait_until_done(host)
        self.end(supervisor)
        self.check(host, fault, line.injected, moodle)

    def test_rooms_whose_making_was_not_heard_of(self):
        self.provision(CREATE_ROOM, 2, "answer lost, room made", "3 lost: never right, 3 rooms twice")

    def test_accounts_whose_making_was_not_heard_of(self):
        self.provision(CREATE_ACCOUNT, 3, "answer lost, account made", "not measured")

    def test_joins_that_were_not_heard_of(self):
        self.provision(JOIN, 5, "answer lost, person in the room", "10 lost: 60 s, 10 teachers without level for a week")
