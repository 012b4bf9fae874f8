"""A plugin that crashes, hangs or leaks at work: the real one for Matrix with that fault (tests/plugin/matrix_provider.hpp)."""

import shutil

from program import FAULTS, Commhost
from roster import Roster
from scenario import Scenario
from school import found

TOO_MUCH = "Room that is too much"  # the name of the room at which the plugin fails


class FaultyPlugins(Scenario):
    def host_with(self, plugin: str, **changes) -> Commhost:
        host = self.host()
        root = host.directory / "plugins"
        shutil.copytree(FAULTS / plugin, root / plugin)
        matrix = {
            "homeserver_url": self.chat.url,
            "server_name": self.chat.name,
            "access_token": f"file:{host.directory / 'token'}",
        }
        host.configure(plugin_roots=[str(root)], default_provider=plugin, settings={plugin: matrix}, **changes)
        return host

    def begin(self, plugin: str, **changes) -> None:
        """A run in which the room in the middle is too much for the plugin."""
        self.commhost = self.host_with(plugin, **changes)
        self.bad = sorted(self.roster.rooms)[len(self.roster.rooms) // 2]
        self.roster.names[self.bad] = TOO_MUCH
        self.apply(self.commhost)
        self.supervisor = self.start(self.commhost)

    def wait_for_the_others(self, code: str) -> dict:
        """Until all rooms but the one are done, and that one is listed with this error; its task. The clock says how long that took."""

        def are_done():
            rooms = self.commhost.rooms()
            tasks = self.tasks(self.commhost)
            listed = [each for each in tasks if each["error_code"] == code]
            ready = {room for room, each in rooms.items() if each["state"] == "ready"}
            return ready == set(rooms) - {self.bad} and len(tasks) == len(listed) == 1 and listed[0]

        task = self.wait_for(are_done, "all rooms but one are ready, and that one is listed")
        self.end_clock()
        room = self.commhost.rooms()[self.bad]
        self.assertEqual((room["state"], room["last_error"]), ("failed", task["error"]))
        is_there, wanted = found(self.chat, self.commhost), self.roster.wanted(self.chat)
        for each in (is_there, wanted):
            del each[self.bad]
        self.assertEqual(is_there, wanted)
        (plugin,) = self.commhost.json("plugin", "list").document["plugins"]
        self.assertEqual(plugin["state"], "enabled")
        return task

    def mend(self) -> None:
        """The admin gives the room another name, and nothing else: it is done, too, and the clock stays."""
        ended = self.ended
        del self.roster.names[self.bad]
        self.apply(self.commhost)
        self.wait_until_done(self.commhost)
        self.ended = ended

    def test_a_crash_at_one_room(self):
        self.roster = Roster(self.prefix(), 50, 2)
        self.begin("crashes_at_one_room")
        task = self.wait_for_the_others("TASK_CRASHED")
        self.assertEqual((task["state"], task["crashes"]), ("failed", 3))
        self.mend()
        self.end(self.supervisor, crashes=3)
        self.check(self.commhost, "plugin that crashes at one room of 50", 3, "not measured")

    def test_a_hang_at_one_room(self):
        self.begin("hangs_at_one_room", workers={"deadline": "10s"})
        task = self.wait_for_the_others("WORKER_DEADLINE")
        self.assertEqual((task["state"], task["crashes"]), ("waiting", 0))
        self.mend()
        hung = self.end(self.supervisor).err.count("WORKER_DEADLINE")
        self.check(self.commhost, "plugin that hangs at one room", hung, "not measured")

    def test_a_leak_with_each_room(self):
        self.roster = Roster(self.prefix(), 20, 2)
        host = self.host_with("leaks_with_each_room", rooms_at_once=1, workers={"memory_mib": 96}, log={"level": "info"})
        self.apply(host)
        supervisor = self.start(host)
        self.wait_until_done(host)
        recycled = self.end(supervisor).err.count("workers.memory_mib says 96 MiB")
        self.check(host, "plugin that leaks 16 MiB with each room", recycled, "not measured")
