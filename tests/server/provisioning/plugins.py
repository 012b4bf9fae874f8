"""A plugin root with faulty plugins beside good ones: each fault is told, and the others work."""

import shutil
import unittest

from chat_server import ChatServer
from program import DONE, FAULTS, PENDING, PLUGINS, Commhost
from school import found, write_document

# What is wrong with each, and a part of the sentence that says what to do.
WRONG = {
    "wrong_stamp": ("PLUGIN_STAMP_DIFFERS", "Build the plugin with the SDK that came with this commhost"),
    "missing_symbol": ("PLUGIN_FEATURE_MISSING", "Put COMMUNICATION_FEATURE(your_class) into one source file"),
    "broken_manifest": ("JSON_SYNTAX", "Mend the line"),
    "factory_throws": ("PLUGIN_FACTORY_THREW", "Ask the plugin's author"),
}


class Plugins(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.chat = ChatServer()

    def setUp(self):
        self.host = Commhost(self.chat)
        self.addCleanup(self.host.remove)
        self.root = self.host.directory / "plugins"
        shutil.copytree(PLUGINS / "matrix", self.root / "matrix")
        for name in (*WRONG, "good"):
            shutil.copytree(FAULTS / name, self.root / name)
        self.host.configure(plugin_roots=[str(self.root)])

    def roster(self, users, rooms, **instance):
        return write_document(self.host.directory / "roster.json", users, rooms, **instance)

    def test_plugin_list_says_of_each_faulty_plugin_what_is_wrong_and_what_to_do(self):
        ended = self.host.json("plugin", "list")
        self.assertEqual(ended.status, DONE)
        listed = {each["name"]: each for each in ended.document["plugins"]}
        self.assertEqual(listed.keys(), {*WRONG, "good", "matrix"})
        for name, (code, advice) in WRONG.items():
            with self.subTest(name):
                self.assertEqual(listed[name]["state"], "refused")
                (problem,) = listed[name]["problems"]
                self.assertEqual(problem["code"], code)
                self.assertIn(name, problem["text"])
                self.assertIn(advice, problem["advice"])
        text = self.host.text("plugin", "list").out
        for name, (code, advice) in WRONG.items():
            with self.subTest(name, form="text"):
                _, _, said = text.partition(f"\n{name} is refused:\n")
                said = said.partition("\n\n")[0]
                self.assertIn(f"{code}: ", said)
                self.assertIn(advice, said)

    def test_the_line_of_a_broken_manifest_and_the_words_of_a_factory_are_shown(self):
        text = self.host.text("plugin", "list").out
        self.assertRegex(text, r"broken_manifest/version\.json, line 4: ")
        self.assertIn("no licence found", text)

    def test_the_plugins_beside_them_are_enabled_with_their_capabilities(self):
        listed = {each["name"]: each for each in self.host.json("plugin", "list").document["plugins"]}
        self.assertEqual((listed["good"]["state"], listed["good"]["problems"]), ("enabled", []))
        self.assertEqual((listed["matrix"]["state"], listed["matrix"]["problems"]), ("enabled", []))
        self.assertEqual(
            set(listed["matrix"]["capabilities"]),
            {"user_provider", "room_chat_provider", "room_user_provider", "synchronise_provider", "diagnostic_provider", "privacy_provider", "room_archive_provider", "room_adopt_provider", "repair_provider", "account_standing_provider"},
        )

    def test_rooms_of_the_others_are_made_while_those_of_a_refused_plugin_wait(self):
        roster = self.host.directory / "roster.json"
        self.host.apply(self.roster({"p": "plug.one"}, {"works": ["p"]}), "--source-name", "works")
        self.host.apply(
            write_document(roster, {"p": "plug.one"}, {"waits": ["p"]}, provider="factory_throws"),
            "--source-name", "waits",
        )
        ended = self.host.run_until_idle()
        self.assertEqual(ended.status, PENDING)
        self.assertEqual([each["provider"] for each in ended.document["providers_unavailable"]], ["factory_throws"])
        rooms = self.host.rooms()
        self.assertEqual({name: each["state"] for name, each in rooms.items()}, {"works": "ready", "waits": "pending"})
        self.assertEqual(
            found(self.chat, self.host)["works"], {self.chat.admin: 100, self.chat.account("plug.one"): None}
        )
        (task,) = self.host.json("task", "list").document["tasks"]
        self.assertEqual((task["provider"], task["attempts"], task["crashes"]), ("factory_throws", 0, 0))

    def test_rooms_that_waited_for_a_refused_plugin_are_made_when_it_is_mended(self):
        manifest = self.root / "matrix/version.json"
        sound = manifest.read_text()
        manifest.write_text(sound.replace('"release"', 'release', 1))
        self.host.apply(self.roster({"p": "plug.two"}, {"mended": ["p"]}))
        ended = self.host.run_until_idle()
        unavailable = [each["provider"] for each in ended.document["providers_unavailable"]]
        self.assertEqual((ended.status, unavailable), (PENDING, ["matrix"]))
        said = self.host.text("run", "--until-idle")
        self.assertEqual(said.status, PENDING)
        self.assertIn(f"matrix: The provider 'matrix' cannot be used, it is refused: {manifest}, line 4: ", said.out)

        manifest.write_text(sound)
        ended = self.host.run_until_idle()
        self.assertEqual((ended.status, ended.document["rooms"]), (DONE, {"ready": 1}), ended)
        self.assertEqual(
            found(self.chat, self.host), {"mended": {self.chat.admin: 100, self.chat.account("plug.two"): None}}
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
