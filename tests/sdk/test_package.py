"""The SDK by itself: built without the host, found by find_package and pkg-config, and described from its headers."""

import re
import shutil

import installed_sdk
from documents import blocks_of
from installed_sdk import CMAKE, COMPILERS, SDK, run

HEADERS = SDK / "include" / "core_communication"


class Package(installed_sdk.InstalledSdk):
    def files_shown(self) -> dict[str, str]:
        return {block.file: block.text for block in blocks_of(SDK / "REFERENCE.md")}

    def write(self, name: str, files: dict[str, str]):
        folder = self.directory / name
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content)
        return folder

    def test_it_is_built_and_installed_without_the_host_and_a_plugin_is_built_with_it(self):
        alone = self.directory / "sdk alone"
        shutil.copytree(SDK, alone)
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                build, prefix = self.directory / f"build-{compiler}", self.directory / f"prefix-{compiler}"
                run(CMAKE, "-S", alone, "-B", build, f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_INSTALL_PREFIX={prefix}")
                run(CMAKE, "--build", build)
                run(CMAKE, "--install", build, "--component", "sdk")
                plugin = self.write(f"plugin-{compiler}", self.files_shown())
                run(
                    *(CMAKE, "-S", plugin, "-B", plugin / "build"),
                    *(f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}"),
                )
                run(CMAKE, "--build", plugin / "build")

    def test_another_version_is_not_found_and_the_message_says_which_is_there(self):
        for wanted in ("2", "1.99"):
            with self.subTest(wanted):
                project = self.write(
                    f"wants-{wanted}",
                    {
                        "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(wants LANGUAGES CXX)\n"
                        f"find_package(core_communication {wanted} REQUIRED)\n"
                    },
                )
                with self.assertRaisesRegex(AssertionError, r"core_communication-config\.cmake, version: 1\.1\.0"):
                    run(CMAKE, "-S", project, "-B", project / "build", env=self.environment())

    def test_the_package_has_the_release_of_its_header(self):
        release = re.search(r'SDK_RELEASE "([\d.]+)"', (HEADERS / "api.hpp").read_text())[1]
        major, minor, _ = release.split(".")
        self.assertIn(f"SDK_MAJOR {major}\n", (HEADERS / "api.hpp").read_text())
        self.assertIn(f"SDK_MINOR {minor}\n", (HEADERS / "api.hpp").read_text())
        self.assertEqual(self.pkg_config("--modversion"), release)

    def pkg_config(self, *words) -> str:
        (file,) = self.installed.rglob("core_communication.pc")
        return run("pkg-config", *words, "core_communication", env=self.environment(PKG_CONFIG_PATH=str(file.parent))).strip()

    def test_a_plugin_is_built_by_the_command_with_pkg_config_also_where_the_sdk_was_moved(self):
        moved = self.directory / "moved"
        shutil.copytree(self.installed, moved, symlinks=True)
        (file,) = moved.rglob("core_communication.pc")
        text = (SDK / "REFERENCE.md").read_text()
        command = re.search(r"^    c\+\+ (?:.*\\\n)+.*$", text, re.MULTILINE)[0]
        root = self.directory / "pkg-config"
        folder = self.write("pkg-config/example", self.files_shown())
        run("sh", "-ec", command, cwd=folder, env=self.environment(PKG_CONFIG_PATH=str(file.parent)))
        for file in ("communication_feature.cpp", "CMakeLists.txt"):
            (folder / file).unlink()
        self.assertEqual(self.state_at_a_host(root, "example"), ("enabled", []))

    def test_the_documents_are_installed_and_lead_nowhere_else(self):
        documents = self.installed / "share" / "doc" / "core_communication"
        names = {each.name for each in documents.iterdir()}
        self.assertEqual(names, {"README.md", "REFERENCE.md", "MISUSES.md", "COMPATIBILITY.md"})
        for each in documents.iterdir():
            for link in re.findall(r"\]\((https:[^)\s]+|[\w./]+)\)", each.read_text()):
                with self.subTest(each.name, link=link):
                    self.assertTrue(link.startswith("https://") or (SDK / link).exists())

    def test_everything_in_the_headers_is_described(self):
        sdk = self.directory / "described"
        shutil.copytree(SDK, sdk)
        run(CMAKE, "-S", sdk, "-B", sdk / "build")
        run(CMAKE, "--build", sdk / "build", "--target", "sdk_reference")
        index = (sdk / "build" / "reference" / "html" / "annotated.html").read_text()
        self.assertIn("room_user_provider", index)
        header = sdk / "include" / "core_communication" / "logger.hpp"
        header.write_text(header.read_text().replace("    virtual void log(", "    virtual void flush() = 0;\n\n    virtual void log("))
        with self.assertRaisesRegex(AssertionError, r"log\(.*is not documented"):
            run(CMAKE, "--build", sdk / "build", "--target", "sdk_reference")

    def test_every_function_of_the_contract_says_on_which_thread_it_is_called(self):
        for header in sorted(HEADERS.glob("*.hpp")):
            lines = header.read_text().splitlines()
            for number, line in enumerate(lines):
                if not re.match(r" *virtual (?!~)", line):
                    continue
                above = number
                while lines[above - 1].strip().startswith("///"):
                    above -= 1
                with self.subTest(f"{header.name}:{number + 1}"):
                    self.assertRegex("\n".join(lines[above:number]), r"\[(provider|any) thread\]$")


if __name__ == "__main__":
    installed_sdk.unittest.main()
