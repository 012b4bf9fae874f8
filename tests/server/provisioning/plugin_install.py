"""`plugin install` and `plugin uninstall`, as an admin uses them while `commhost run` goes on.

No chat server is needed.
"""

import json
import os
import shutil
import signal
import subprocess
import tarfile
import unittest
from pathlib import Path

from chat_server import wait_until
from gated_rooms import NO_CHAT, GatedRooms
from program import DONE, FAILED, FAULTS, PENDING, WRONG_USAGE, Commhost, children_of
from school import write_document

BUILT = 2026112200  # the version of every fixture


def package(folder: Path, plugin: str = "waits_at_gate", **changes) -> Path:
    """An archive of a plugin, with changes of its manifest."""
    source = folder / f"package-{len(list(folder.glob('package-*')))}"
    shutil.copytree(FAULTS / plugin, source / plugin)
    manifest = source / plugin / "version.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | changes))
    (source / plugin / "Grüße.txt").write_text("names need not be ASCII")
    archive = source / f"{plugin}.tar.xz"
    with tarfile.open(archive, "w:xz") as file:
        file.add(source / plugin, arcname=plugin)
    return archive


class WhileRunning(GatedRooms):
    def install(self, **changes) -> dict:
        ended = self.host.json("plugin", "install", package(self.host.directory, **changes))
        return ended.document | {"status": ended.status}

    def in_use(self) -> int | None:
        return self.host.json("plugin", "show", "waits_at_gate").document["version_in_use"]

    def test_a_newer_version_takes_over_while_the_old_one_finishes_its_room(self):
        before = self.begin("before")
        (old,) = self.supervisor.workers()
        done = self.install(version=BUILT + 1, release="1.1")
        self.assertEqual((done["status"], done["result"], done["state"]), (DONE, "replaced", "upgrade"), done)
        self.assertEqual((done["version"], done["release_before"]), (BUILT + 1, "1.0.0"))
        self.wait_for_replacement()
        after = self.begin("after")
        (new,) = (each for each in self.supervisor.workers() if each != old)
        self.assertIn(old, self.supervisor.workers())
        self.assertEqual(self.in_use(), BUILT + 1)
        self.end("after", after)
        self.end("before", before)
        wait_until(lambda: self.supervisor.workers() == [new], "the old worker has ended, the new one has not")
        self.stop()

    def test_a_newer_version_that_is_refused_leaves_the_old_one_at_work(self):
        before = self.begin("before")
        (old,) = self.supervisor.workers()
        refused = self.install(version=BUILT + 1, requires="99.0")
        self.assertEqual((refused["status"], refused["result"]), (FAILED, "refused"))
        (problem,) = refused["problems"]
        self.assertEqual(problem["code"], "PLUGIN_REQUIRES_HOST")
        self.assertIn("waits_at_gate.tar.xz/version.json", problem["text"])
        lies = self.install(version=BUILT + 1, capabilities=["communication_provider", "privacy_provider"])
        self.assertEqual(lies["status"], FAILED)
        self.assertIn("PLUGIN_CAPABILITY_ABSENT", [each["code"] for each in lies["problems"]])
        after = self.begin("after")
        self.assertEqual(self.supervisor.workers(), [old])
        self.end("after", after)
        self.end("before", before)
        self.assertEqual(self.in_use(), BUILT)
        self.assertEqual(os.listdir(self.folder.parent), ["waits_at_gate"])
        self.stop()

    def test_a_refused_folder_that_was_put_there_by_hand_does_not_break_off_a_room(self):
        before = self.begin("before")
        (old,) = self.supervisor.workers()
        manifest = self.folder / "version.json"
        fresh = manifest.with_name("fresh")
        fresh.write_text(manifest.read_text().replace('"0.1"', '"99.0"'))
        fresh.replace(manifest)
        self.wait_for_replacement("WORKER_RETIRES")
        self.assertEqual(self.supervisor.workers(), [old])
        self.end("before", before)
        wait_until(lambda: not self.supervisor.workers(), "the old worker has ended")
        self.assertEqual(self.install()["result"], "replaced")
        after = self.begin("after")
        self.end("after", after)
        self.stop()

    def test_rooms_wait_for_a_plugin_that_was_uninstalled_and_comes_back(self):
        self.end("before", self.begin("before"))
        refused = self.host.json("plugin", "uninstall", "waits_at_gate")
        self.assertEqual((refused.status, refused.document["error"]["code"]), (FAILED, "PLUGIN_IN_USE"))
        self.assertIn("has 1 room.", refused.document["error"]["text"])
        self.assertTrue(self.folder.is_dir())

        gate = self.begin("under_way")
        done = self.host.json("plugin", "uninstall", "waits_at_gate", "--rooms", "wait")
        self.assertEqual((done.status, done.document["rooms_waiting"]), (DONE, 2), done)
        self.assertEqual(done.document["folder"], str(self.folder))
        self.assertEqual(os.listdir(self.folder.parent), [])
        self.wait_for_replacement("WORKER_RETIRES")
        self.end("under_way", gate)
        wait_until(lambda: not self.supervisor.workers(), "its worker has ended")
        (missing,) = self.host.json("plugin", "list").document["plugins"]
        self.assertEqual((missing["state"], missing["version_in_use"]), ("missing", BUILT))
        self.assertIn("commhost plugin uninstall waits_at_gate", missing["problems"][0]["advice"])

        os.mkfifo(self.gates / "later")
        self.rooms["later"] = []
        self.host.apply(write_document(self.host.directory / "roster.json", {}, self.rooms))
        self.assertEqual(self.install()["result"], "installed")
        self.end("later", os.open(self.gates / "later", os.O_WRONLY))
        self.assertEqual(self.host.rooms()["later"]["url"], "https://chat.example.org/old")  # its settings stayed
        self.stop()

    def test_a_room_that_is_forgotten_while_a_worker_is_at_it_ends_quietly(self):
        gate = self.begin("under_way")
        done = self.host.json("plugin", "uninstall", "waits_at_gate", "--rooms", "forget")
        self.assertEqual((done.status, done.document["rooms_forgotten"], done.document["tasks_dropped"]), (DONE, 1, 1))
        self.wait_for_replacement("WORKER_RETIRES")
        os.close(gate)
        wait_until(lambda: not self.supervisor.workers(), "its worker has ended")
        self.assertEqual((self.host.rooms(), self.host.json("task", "list").document["tasks"]), ({}, []))
        self.stop()


class IntoRunningHost(GatedRooms):
    plugin_is_there = False

    def test_a_plugin_that_is_installed_is_used_without_a_restart(self):
        done = self.host.json("plugin", "install", package(self.host.directory))
        self.assertEqual((done.status, done.document["result"], done.document["state"]), (DONE, "installed", "enabled"))
        (lacking,) = done.document["notices"]
        self.assertEqual((lacking["code"], lacking["arguments"]["settings"]), ("WORKER_SETTINGS", "greeting"))
        self.set("greeting", "new")
        self.assertEqual(self.end("room", self.begin("room"))["url"], "https://chat.example.org/new")
        self.stop()


class Installing(unittest.TestCase):
    def setUp(self):
        self.host = Commhost(NO_CHAT)
        self.addCleanup(self.host.remove)
        self.root = self.host.directory / "some" / "plugins"
        self.host.configure(plugin_roots=[str(self.root)], default_provider="good", settings={})

    def plugins(self) -> dict[str, str]:
        return {each["name"]: each["state"] for each in self.host.json("plugin", "list").document["plugins"]}

    def test_what_an_admin_reads(self):
        first = self.host.text("plugin", "install", FAULTS / "good")
        self.assertEqual((first.status, first.out), (DONE, f"good 1.0.0 was installed in {self.root}\n"), first.err)
        again = self.host.text("plugin", "install", package(self.host.directory, "good"))
        self.assertIn("in the place of 1.0.0", again.out)  # another form of the same manifest
        same = self.host.text("plugin", "install", package(self.host.directory, "good"))
        self.assertEqual(
            (same.status, same.out),
            (DONE, f"good 1.0.0 is in {self.root} already, with the same content; nothing was changed\n"),
        )
        refused = self.host.text("plugin", "install", FAULTS / "crashes_on_load")
        self.assertEqual(refused.status, FAILED)
        self.assertTrue(refused.out.startswith("crashes_on_load was not installed:\n"), refused.out)
        gone = self.host.text("plugin", "uninstall", "good")
        self.assertEqual((gone.status, gone.out), (DONE, f"good was taken out of {self.root / 'good'}\n"))
        self.assertEqual(self.plugins(), {})

    def test_names_that_are_not_ascii_come_out_of_archives_as_they_are(self):
        in_tar = package(self.host.directory, "good")
        in_zip = shutil.make_archive(str(in_tar.parent / "good"), "zip", in_tar.parent, "good")
        for archive in (in_tar, in_zip):
            self.assertEqual(self.host.text("plugin", "install", archive).status, DONE)
            self.assertTrue((self.root / "good" / "Grüße.txt").is_file())
            self.assertEqual(self.host.text("plugin", "uninstall", "good").status, DONE)

    def test_wrong_words(self):
        self.assertEqual(self.host.text("plugin", "install").status, WRONG_USAGE)
        self.assertEqual(self.host.text("plugin", "uninstall", "good", "--rooms", "drop").status, WRONG_USAGE)
        nowhere = self.host.json("plugin", "install", self.host.directory / "nowhere.zip")
        self.assertEqual((nowhere.status, nowhere.document["error"]["code"]), (FAILED, "PLUGIN_PACKAGE_READ"))
        elsewhere = self.host.json("plugin", "install", FAULTS / "good", "--root", "/tmp")
        self.assertEqual((elsewhere.status, elsewhere.document["error"]["code"]), (FAILED, "PLUGIN_INSTALL_ROOT"))
        unknown = self.host.json("plugin", "uninstall", "good")
        self.assertEqual((unknown.status, unknown.document["error"]["code"]), (FAILED, "PLUGIN_UNKNOWN"))

    def test_an_older_version_is_installed_only_when_that_is_wanted(self):
        self.host.text("plugin", "install", FAULTS / "good")
        self.host.sql(f"update plugin_state set version = {BUILT}")
        older = package(self.host.directory, "good", version=BUILT - 1)
        refused = self.host.json("plugin", "install", older)
        self.assertEqual((refused.status, refused.document["error"]["code"]), (FAILED, "PLUGIN_INSTALL_OLDER"))
        done = self.host.json("plugin", "install", older, "--downgrade")
        self.assertEqual((done.status, done.document["version"], done.document["state"]), (DONE, BUILT - 1, "enabled"))

    def test_a_plugin_that_others_need_does_not_become_older_or_go_behind_their_backs(self):
        newest = package(self.host.directory, "good", version=BUILT + 1)
        needing = {"dependencies": {"communication_good": BUILT + 1}}
        self.host.text("plugin", "install", newest)
        self.host.text("plugin", "install", package(self.host.directory, "noisy", **needing))
        self.host.configure(plugin_roots=[str(self.root)], required_plugins=["noisy"], default_provider="good", settings={})
        for words, code in (
            (("install", FAULTS / "good"), "PLUGIN_INSTALL_DEPENDENTS"),
            (("uninstall", "good"), "PLUGIN_UNINSTALL_DEPENDENTS"),
        ):
            with self.subTest(code):
                refused = self.host.json("plugin", *words)
                self.assertEqual((refused.status, refused.document["error"]["code"]), (FAILED, code))
                self.assertIn("noisy", refused.document["error"]["text"])
                self.assertEqual(self.plugins(), {"good": "enabled", "noisy": "enabled"})
                done = self.host.json("plugin", *words, "--yes")
                self.assertEqual((done.status, done.document["refused"]), (PENDING, ["noisy"]), done.err)
                self.assertEqual([each["code"] for each in done.document["notices"]], [code, "WORKER_REQUIRED"])
                self.assertEqual(self.plugins()["noisy"], "refused")
                again = self.host.json("plugin", "install", newest)  # it mends what was refused
                self.assertEqual((again.status, again.document["refused"]), (DONE, []), again.err)
                self.assertEqual(self.plugins()["noisy"], "enabled")

    def test_an_installation_that_was_killed_is_told_and_cleared_away(self):
        self.host.text("plugin", "install", FAULTS / "good")
        killed = subprocess.Popen(
            self.host.command("plugin", "install", FAULTS / "hangs_on_load"),
            env=self.host.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: children_of(killed.pid), "its probe runs")
        self.assertEqual(self.host.json("plugin", "list").document["problems"], [])  # somebody is at it
        killed.kill()
        killed.wait()
        (left,) = self.host.json("plugin", "list").document["problems"]
        self.assertEqual(left["code"], "PLUGIN_INSTALL_LEFT")
        self.assertEqual(self.plugins(), {"good": "enabled"})
        self.assertEqual(self.host.json("plugin", "install", FAULTS / "good").document["result"], "unchanged")
        self.assertEqual(os.listdir(self.root), ["good"])
        self.assertEqual(self.host.json("plugin", "list").document["problems"], [])

    def test_rooms_that_are_forgotten_leave_nothing_behind(self):
        self.host.text("plugin", "install", FAULTS / "good")
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"one": [], "two": []}))
        self.assertEqual(len(self.host.json("task", "list").document["tasks"]), 2)
        done = self.host.json("plugin", "uninstall", "good", "--rooms", "forget")
        self.assertEqual(done.status, DONE, done.err)
        self.assertEqual((done.document["rooms_forgotten"], done.document["tasks_dropped"]), (2, 2))
        self.assertEqual(self.host.rooms(), {})
        self.assertEqual(self.host.json("task", "list").document["tasks"], [])
        self.assertEqual(self.plugins(), {})

    def test_whatever_fails_the_plugin_and_its_rooms_are_as_they_were(self):
        self.host.text("plugin", "install", FAULTS / "good")
        self.host.apply(write_document(self.host.directory / "roster.json", {}, {"one": []}))
        self.host.sql("create trigger no before delete on plugin_state begin select raise(abort, 'no'); end")
        refused = self.host.json("plugin", "uninstall", "good", "--rooms", "forget")
        self.assertEqual((refused.status, refused.document["error"]["code"]), (FAILED, "STORE_STATEMENT"))
        self.assertEqual(self.plugins(), {"good": "enabled"})
        self.assertEqual(list(self.host.rooms()), ["one"])
        self.assertEqual(len(self.host.json("task", "list").document["tasks"]), 1)

    def test_who_takes_out_a_required_plugin_is_told_what_that_means(self):
        self.host.text("plugin", "install", FAULTS / "good")
        self.host.configure(plugin_roots=[str(self.root)], required_plugins=["good"], settings={})
        done = self.host.json("plugin", "uninstall", "good")
        self.assertEqual((done.status, [each["code"] for each in done.document["notices"]]), (PENDING, ["WORKER_REQUIRED"]))

    def test_a_plugin_that_is_missing_can_be_forgotten(self):
        self.host.text("plugin", "install", FAULTS / "good")
        shutil.rmtree(self.root / "good")
        self.assertEqual(self.plugins(), {"good": "missing"})
        gone = self.host.json("plugin", "uninstall", "good")
        self.assertEqual((gone.status, gone.document["folder"]), (DONE, None))
        self.assertEqual(self.plugins(), {})

    def test_a_plugin_whose_root_is_away_or_not_to_be_trusted_is_not_forgotten(self):
        self.host.text("plugin", "install", FAULTS / "good")
        aside = self.root.with_name("not mounted")

        def is_refused():
            refused = self.host.json("plugin", "uninstall", "good", "--settings-too", "--rooms", "forget")
            self.assertEqual((refused.status, refused.document["error"]["code"]), (FAILED, "PLUGIN_UNINSTALL_HIDDEN"))
            self.assertIn(f"was last seen in {self.root}", refused.document["error"]["text"])

        self.root.rename(aside)
        is_refused()
        self.plugins()  # a look takes note of nothing that would change that
        is_refused()
        self.root.mkdir(0o777)
        self.root.chmod(0o777)
        is_refused()
        self.root.rmdir()
        aside.rename(self.root)
        self.assertEqual(self.plugins(), {"good": "enabled"})
        shutil.rmtree(self.root)
        self.root.mkdir()
        gone = self.host.json("plugin", "uninstall", "good")
        self.assertEqual((gone.status, gone.document["folder"]), (DONE, None))

    def test_settings_stay_unless_they_are_to_go_too(self):
        def settings_after_install() -> dict:
            self.assertEqual(self.host.text("plugin", "install", FAULTS / "tells_words").status, DONE)
            return self.host.json("settings", "list", "tells_words").document

        unset = settings_after_install()
        ended = self.host.text("settings", "set", "tells_words", "address", "https://chat.example.org")
        self.assertEqual(ended.status, DONE, ended.err)
        self.host.text("plugin", "uninstall", "tells_words")
        self.assertNotEqual(settings_after_install(), unset)
        self.host.text("plugin", "uninstall", "tells_words", "--settings-too")
        self.assertEqual(settings_after_install(), unset)

    def test_another_plugin_of_the_name_is_used_from_then_on(self):
        second = self.host.directory / "second"
        shutil.copytree(FAULTS / "good", second / "good")
        self.host.text("plugin", "install", FAULTS / "good")
        self.host.configure(plugin_roots=[str(self.root), str(second)], default_provider="good", settings={})
        hidden = self.host.json("plugin", "install", FAULTS / "good", "--root", second)
        self.assertEqual((hidden.status, hidden.document["error"]["code"]), (FAILED, "PLUGIN_INSTALL_SHADOWED"))
        done = self.host.json("plugin", "uninstall", "good")
        self.assertEqual((done.status, done.document["used_now"]), (DONE, str(second / "good")))
        self.assertEqual(self.plugins(), {"good": "enabled"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
