"""Version 1 of the contract stays what it was: a plugin that is out there calls by places in tables and reads by offsets."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = "abi/core_communication-1.abi"
LIBRARY = os.environ["COMMHOST_TEST_LIBRARY"]

NEW_INTERFACE = """#pragma once

#include <core_communication/api.hpp>

#include <string>

namespace core_communication::inline v1 {

struct poll {
    std::string question;
};

class CORE_COMMUNICATION_API poll_provider {
  public:
    virtual ~poll_provider();
    virtual void open_poll(const poll& about) = 0;
};

}  // namespace core_communication::inline v1
"""


class Abi(unittest.TestCase):
    def setUp(self):
        self.sdk = Path(tempfile.mkdtemp(prefix="commhost-abi-")) / "sdk"
        self.addCleanup(shutil.rmtree, self.sdk.parent)
        for part in ("include", "src", "abi"):
            shutil.copytree(ROOT / "sdk" / part, self.sdk / part)

    def replace(self, file: str, old: str, new: str):
        path = self.sdk / file
        text = path.read_text()
        self.assertEqual(text.count(old), 1, f"{file}: {old}")
        path.write_text(text.replace(old, new))

    def compare(self, *words) -> tuple[int, str]:
        done = subprocess.run(
            [ROOT / "tools" / "abi", "--sdk", self.sdk, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout

    def as_published(self):
        status, said = self.compare()
        return status, 0, said

    def add_an_interface(self):
        (self.sdk / "include/core_communication/poll_provider.hpp").write_text(NEW_INTERFACE)
        self.replace("src/interfaces.cpp", "logger::~logger() = default;", "logger::~logger() = default;\npoll_provider::~poll_provider() = default;")
        self.replace("src/interfaces.cpp", "#include <core_communication/logger.hpp>", "#include <core_communication/logger.hpp>\n#include <core_communication/poll_provider.hpp>")
        contract = self.sdk / "abi" / "contract.cpp"
        contract.write_text("#include <core_communication/poll_provider.hpp>\n" + contract.read_text() + "CONTRACT(poll)\n")

    def test_the_interface_is_the_published_one(self):
        self.assertEqual(*self.as_published())

    def test_the_library_that_was_built_has_the_symbols_of_the_dump(self):
        dump = (ROOT / "sdk" / PUBLISHED).read_text()
        published = set(re.findall(r"<elf-symbol name='([^']+)'", dump)) | set(re.findall(r"alias='([^']+)'", dump))
        published = {name for each in published for name in each.split(",")}
        lines = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], stdout=subprocess.PIPE, text=True, check=True).stdout
        built = {line.split()[-1] for line in lines.splitlines() if "core_communication" in line}
        self.assertEqual({name for name in published if "core_communication" in name}, built)

    def test_a_change_of_what_is_published_is_found(self):
        headers = "include/core_communication/"
        changes = {
            "a function is put into an interface": (
                headers + "processor.hpp",
                "    virtual const instance& owner() const = 0;",
                "    virtual bool is_new() const = 0;\n    virtual const instance& owner() const = 0;",
            ),
            "a function is put to the end of a capability": (
                headers + "user_provider.hpp",
                "  protected:",
                "    virtual void delete_members(std::span<const user_id> userids) = 0;\n\n  protected:",
            ),
            "a parameter becomes another": (
                headers + "logger.hpp",
                "log(log_level level, std::string_view message)",
                "log(log_level level, std::string_view message, int line)",
            ),
            "a field is put into a struct": (
                headers + "member.hpp",
                "    bool exempt = false;",
                "    bool exempt = false;\n    std::string display_name;",
            ),
            "a field that fits into a gap": (
                headers + "member.hpp",
                "    bool exempt = false;",
                "    bool exempt = false;\n    bool guest = false;",
            ),
            "a value is put into an enum": (
                headers + "provider_error.hpp",
                "    rate_limited,  ///<",
                "    forgotten,\n    rate_limited,  ///<",
            ),
            "a function is gone": ("src/http_service.cpp", "std::string percent_encode(", "static std::string encode("),
        }
        for what, change in changes.items():
            with self.subTest(what):
                self.setUp()
                self.replace(*change)
                before = (self.sdk / PUBLISHED).read_text()
                self.assertEqual(self.compare("--renew")[0], 1)
                self.assertEqual((self.sdk / PUBLISHED).read_text(), before)

    def test_an_interface_may_be_added_beside_and_is_kept_from_then_on(self):
        self.add_an_interface()
        self.assertEqual(*self.as_published())
        self.assertEqual(self.compare("--renew")[0], 0)
        self.assertIn("poll_provider", (self.sdk / PUBLISHED).read_text())
        self.replace("include/core_communication/poll_provider.hpp", "    std::string question;", "    int number = 0;\n    std::string question;")
        self.assertEqual(self.compare()[0], 1)


if __name__ == "__main__":
    unittest.main()
