"""Hosts that are started for the first time at the same moment, on a database that is empty."""

from scenario import as_measured
from shared_database import SharedDatabase, worked_on_twice


class SeveralHosts(SharedDatabase):
    @as_measured
    def test_first_use_by_three_hosts(self):
        lines, hosts = self.shared(3)
        supervisors = [self.start(host) for host in hosts]  # on a database without a table
        self.apply(hosts[0])
        self.begin_clock()
        self.wait_until_done(hosts[0])
        for each in supervisors:
            self.end(each)
        self.assertEqual(worked_on_twice(lines), [])
        moodle = "3 runners: 17 to 19 of 20 rooms failed at first, the field made twice"
        self.check(hosts[0], "first use, by three hosts at once", 3, moodle)
