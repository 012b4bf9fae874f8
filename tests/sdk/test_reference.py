"""The smallest plugin, which sdk/REFERENCE.md shows in five files: built outside of the tree on the installed SDK, and taken by a
host."""

from pathlib import Path

import installed_sdk
from documents import blocks_of
from installed_sdk import CMAKE, COMPILERS, SDK, WARNINGS, run


def files_shown() -> dict[str, str]:
    return {block.file: block.text for block in blocks_of(SDK / "REFERENCE.md")}


FACTORY = "COMMUNICATION_FEATURE(example_org::communication_feature)\n"


class Reference(installed_sdk.InstalledSdk):
    def build(self, name: str, files: dict[str, str], compiler: str, *options: str) -> Path:
        """The plugin root that the build has laid out."""
        project = self.directory / name
        for path, content in files.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(content)
        build = project / "build"
        run(
            *(CMAKE, "-S", project, "-B", build, f"-DCMAKE_PREFIX_PATH={self.installed}"),
            *(f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_FLAGS={WARNINGS}", *options),
        )
        run(CMAKE, "--build", build)
        return build / "lib" / "commhost" / "communication" / "provider"

    def test_a_whole_plugin_is_shown(self):
        self.assertEqual(
            set(files_shown()),
            {
                "version.json",
                "settings.json",
                "lang/en/communication_example.json",
                "communication_feature.cpp",
                "CMakeLists.txt",
            },
        )

    def test_a_host_takes_it(self):
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                root = self.build(f"as-shown-{compiler}", files_shown(), compiler)
                self.assertEqual(self.state_at_a_host(root, "example"), ("enabled", []))

    def test_a_semicolon_behind_the_factory_is_as_good_as_none(self):
        files = files_shown()
        code = files["communication_feature.cpp"]
        self.assertTrue(code.endswith(FACTORY))
        files["communication_feature.cpp"] = code.removesuffix("\n") + ";\n"
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.build(f"semicolon-{compiler}", files, compiler)

    def test_a_build_of_several_configurations_lays_out_the_same_folder(self):
        root = self.build(
            *("several", files_shown(), COMPILERS[0]),
            *("-G", "Ninja Multi-Config", "-DCMAKE_CONFIGURATION_TYPES=Debug", "-DCMAKE_DEBUG_POSTFIX=d"),
        )
        self.assertEqual(
            {each.name for each in (root / "example").iterdir()},
            {"libcommunication_example.so", "version.json", "settings.json", "lang"},
        )
        self.assertEqual(self.state_at_a_host(root, "example"), ("enabled", []))

    def test_a_second_build_lays_out_the_same_folder(self):
        """The build folder is inside of the source folder, as the guide has it."""

        def laid_out(root: Path) -> list[str]:
            return sorted(str(each.relative_to(root)) for each in root.rglob("*") if each.is_file())

        root = self.build("twice", files_shown(), COMPILERS[0])
        first = laid_out(root)
        self.assertEqual(
            first,
            [
                "example/lang/en/communication_example.json",
                "example/libcommunication_example.so",
                "example/settings.json",
                "example/version.json",
            ],
        )
        for _ in range(2):
            self.build("twice", files_shown(), COMPILERS[0])
            self.assertEqual(laid_out(root), first)

    def test_a_plugin_with_another_layout_of_the_standard_library_is_refused_when_it_is_compiled(self):
        with self.assertRaisesRegex(AssertionError, "cannot be built with _GLIBCXX_DEBUG"):
            self.build("debug-mode", files_shown(), COMPILERS[0], "-DCMAKE_CXX_FLAGS=-D_GLIBCXX_DEBUG")


if __name__ == "__main__":
    installed_sdk.unittest.main()
