"""The server does what it is asked, and the answer is lost: what is done is found again and not done twice."""

from chat_line import CREATE_ACCOUNT, CREATE_ROOM, JOIN, LostAnswers
from scenario import Scenario, as_measured


class LostAnswersOfTheServer(Scenario):
    @as_measured
    def test_rooms_whose_making_was_not_heard_of(self):
        self.provision("answer lost, room made", "3 lost: never right, 3 rooms twice", LostAnswers(CREATE_ROOM, 2))

    def test_accounts_whose_making_was_not_heard_of(self):
        self.provision("answer lost, account made", "not measured", LostAnswers(CREATE_ACCOUNT, 3))

    @as_measured
    def test_joins_that_were_not_heard_of(self):
        self.provision("answer lost, person in the room", "10 lost: 60 s, 10 teachers without level for a week", LostAnswers(JOIN, 5))
