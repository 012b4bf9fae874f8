"""sdk/MISUSES.md: every example is compiled, and compiler and host say of it what the page says."""

import json
import re
import subprocess

import installed_sdk
from documents import Block, blocks_of
from installed_sdk import COMPILERS, SDK

MISUSES = blocks_of(SDK / "MISUSES.md")
LINES, EXAMPLES = MISUSES[0].text, MISUSES[1:]

COMPILER_SAYS = re.compile(r"^(?:With `([^`]+)` the|The) compiler: `([^`]+)`", re.MULTILINE)
HOST_SAYS = re.compile(r"^The host(?:, where `version.json` names `(\w+)`)?: `(\w+)`", re.MULTILINE)


def title_of(block: Block) -> str:
    return re.sub(r"\s+", " ", block.text)[:90]


class Misuses(installed_sdk.InstalledSdk):
    def compile(self, compiler: str, block: Block, *options: str) -> tuple[int, str]:
        source = self.directory / "example.cpp"
        source.write_text(LINES + block.text)
        done = subprocess.run(
            [compiler, "-std=c++20", "-fPIC", "-fvisibility=hidden", f"-I{self.installed}/include", *options]
            + ["-c", source, "-o", self.directory / "example.o"],
            env=self.environment(LC_ALL="C"),
            stderr=subprocess.PIPE,
            text=True,
        )
        return done.returncode, done.stderr

    def link(self, capabilities: list[str]) -> None:
        """A plugin folder of the object that was compiled last, at the plugin root."""
        folder = self.directory / "root" / "example"
        (folder / "lang" / "en").mkdir(parents=True, exist_ok=True)
        shown = {block.file: block.text for block in blocks_of(SDK / "REFERENCE.md")}
        manifest = json.loads(shown["version.json"])
        (folder / "version.json").write_text(json.dumps({**manifest, "capabilities": capabilities}))
        for file in ("settings.json", "lang/en/communication_example.json"):
            (folder / file).write_text(shown[file])
        script = next(self.installed.rglob("communication_plugin.version"))
        subprocess.run(
            ["g++", "-shared", "-Wl,-z,defs", f"-Wl,--version-script={script}", self.directory / "example.o"]
            + ["-o", folder / "libcommunication_example.so", next(self.installed.rglob("libcore_communication.so.1"))],
            check=True,
        )

    def codes_at_a_host(self) -> list[str]:
        state, problems = self.state_at_a_host(self.directory / "root", "example")
        self.assertEqual(state, "refused")
        return [each["code"] for each in problems]

    def test_the_compiler_says_what_the_page_says(self):
        self.assertGreater(sum(1 for block in EXAMPLES if COMPILER_SAYS.search(block.after)), 7)
        for compiler in COMPILERS:
            for block in EXAMPLES:
                for option, sentence in COMPILER_SAYS.findall(block.after):
                    with self.subTest(compiler=compiler, sentence=sentence):
                        status, said = self.compile(compiler, block, *([option] if option else []))
                        self.assertNotEqual(status, 0)
                        self.assertIn(sentence, said)

    def test_what_the_compiler_cannot_see_compiles(self):
        for compiler in COMPILERS:
            for block in EXAMPLES:
                if any(not option for option, _ in COMPILER_SAYS.findall(block.after)):
                    continue
                with self.subTest(compiler=compiler, example=title_of(block)):
                    self.assertEqual(self.compile(compiler, block, "-Wall", "-Wextra", "-Werror"), (0, ""))

    def test_the_host_says_what_the_page_says(self):
        said = [(block, *found) for block in EXAMPLES for found in HOST_SAYS.findall(block.after)]
        self.assertGreater(len(said), 2)
        for block, claimed, code in said:
            with self.subTest(code):
                self.assertEqual(self.compile("g++", block)[0], 0)
                self.link([claimed] if claimed else ["room_chat_provider"])
                self.assertIn(code, self.codes_at_a_host())

    def test_a_class_that_has_an_interface_by_two_ways_is_told_the_same(self):
        twice = """
namespace example_org {
class other_rooms : public room_chat_provider {};
class feature : public provider, public rooms, public other_rooms {};
}  // namespace example_org
COMMUNICATION_FEATURE(example_org::feature)
"""
        unnamed = "namespace { class feature : public example_org::provider {}; }\nCOMMUNICATION_FEATURE(feature)\n"
        unread = """
namespace example_org {
class feature : public provider, public synchronise_provider {
  public:
    void synchronise_room_members() override {}
};
}  // namespace example_org
COMMUNICATION_FEATURE(example_org::feature)
"""
        unmade = """
namespace example_org {
class feature : public provider, public room_archive_provider {
  public:
    bool archive_chat_room() override { return true; }
    bool restore_chat_room() override { return true; }
};
}  // namespace example_org
COMMUNICATION_FEATURE(example_org::feature)
"""
        ownerless = """
namespace example_org {
class feature : public provider, public room_adopt_provider {
  public:
    void adopt_chat_room(std::string_view) override {}
};
}  // namespace example_org
COMMUNICATION_FEATURE(example_org::feature)
"""
        unexamined = """
namespace example_org {
class feature : public provider, public repair_provider {
  public:
    std::vector<repair_offer> offer_repairs(std::span<const diagnosis>) override { return {}; }
    diagnosis repair(std::string_view) override { return {}; }
};
}  // namespace example_org
COMMUNICATION_FEATURE(example_org::feature)
"""
        accountless = """
namespace example_org {
class feature : public provider, public account_standing_provider {
  public:
    std::string for_leavers() override { return "nothing"; }
    void update_accounts(std::span<const account_standing>) override {}
};
}  // namespace example_org
COMMUNICATION_FEATURE(example_org::feature)
"""
        newer = "CORE_COMMUNICATION_REQUIRE_SDK(2, 0)\n"
        for compiler in COMPILERS:
            for text, sentence in (
                (twice, "example_org::feature has room_chat_provider privately or by two ways"),
                (unnamed, "feature is in no namespace with a name"),
                (unread, "example_org::feature has synchronise_provider without room_chat_provider"),
                (unmade, "example_org::feature has room_archive_provider without room_chat_provider"),
                (ownerless, "example_org::feature has room_adopt_provider without room_chat_provider"),
                (unexamined, "example_org::feature has repair_provider without diagnostic_provider"),
                (accountless, "example_org::feature has account_standing_provider without user_provider"),
                (newer, "the plugin is written for version 2 of the contract, and this SDK, 1."),
            ):
                with self.subTest(compiler=compiler, sentence=sentence):
                    status, said = self.compile(compiler, Block("cpp", None, text))
                    self.assertNotEqual(status, 0)
                    self.assertIn(sentence, said)

    def test_an_sdk_that_is_new_enough_is_taken(self):
        for compiler in COMPILERS:
            self.assertEqual(self.compile(compiler, Block("cpp", None, "CORE_COMMUNICATION_REQUIRE_SDK(1, 0)\n")), (0, ""))


if __name__ == "__main__":
    installed_sdk.unittest.main()
