"""tools/check_floors on small trees, one broken rule each."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[3] / "tools" / "check_floors"

SOUND = {
    "host/main.cpp": '#include "cli/command.hpp"\n',
    "host/cli/command.hpp": '#include "worker/supervisor.hpp"\n#include "roster/plan.hpp"\n#include <CLI/CLI.hpp>\n',
    "host/worker/supervisor.hpp": '#include "plugin/loader.hpp"\n#include "task/queue.hpp"\n',
    "host/web/server.hpp": '#include "roster/plan.hpp"\n',
    "host/roster/plan.hpp": '#include "communication/api.hpp"\n#include "text/utf8.hpp"\n',
    "host/communication/api.hpp": '#include "task/queue.hpp"\n#include <core_communication/processor.hpp>\n',
    "host/plugin/loader.hpp": '#include "text/utf8.hpp"\n#include <core_communication/processor.hpp>\n',
    "host/plugin/loader.cpp": '#include "plugin/loader.hpp"\n\n#include <dlfcn.h>\n',
    "host/service/http.hpp": '#include <core_communication/processor.hpp>\n',
    "host/task/queue.hpp": '#include "store/database.hpp"\n#include "message/error.hpp"\n',
    "host/directory/user.hpp": '#include "store/database.hpp"\n',
    "host/store/database.hpp": '#include "message/error.hpp"\n#include <string>\n',
    "host/message/error.hpp": "#include <string>\n",
    "host/text/utf8.hpp": "#include <string_view>\n",
    "sdk/include/core_communication/processor.hpp": '#include <core_communication/member.hpp>\n#include <string>\n',
    "sdk/include/core_communication/member.hpp": "#include <string>\n",
    "sdk/src/processor.cpp": "#include <core_communication/processor.hpp>\n",
    "plugins/matrix/provider.hpp": '#include "client/request.hpp"\n#include <core_communication/processor.hpp>\n',
    "plugins/matrix/client/request.hpp": "#include <boost/json.hpp>\n",
    "plugins/customlink/provider.cpp": "#include <core_communication/processor.hpp>\n",
}


class CheckFloors(unittest.TestCase):
    def check(self, changes: dict[str, str]) -> tuple[int, list[str]]:
        """Exit status and reports for the sound tree with the changes laid over it."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (SOUND | changes).items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            done = subprocess.run([sys.executable, PROGRAM, folder], capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()

    def assert_only(self, changes: dict[str, str], place: str, reason: str) -> None:
        """The changes are reported at the place, for the reason; the circles they make, if any, are not looked at."""
        status, reports = self.check(changes)
        reports = [report for report in reports if "a circle of folders" not in report]
        self.assertEqual(status, 1)
        self.assertEqual(len(reports), 1, reports)
        self.assertTrue(reports[0].startswith(place + ": "), reports[0])
        self.assertIn(reason, reports[0])

    def test_a_tree_that_keeps_the_rules_passes(self):
        self.assertEqual(self.check({}), (0, [f"tools/check_floors: {len(SOUND)} files keep the rules"]))

    def test_an_include_up_the_floors_is_reported(self):
        self.assert_only(
            {"host/task/queue.hpp": '#include <string>\n\n#include "communication/api.hpp"\n'},
            "host/task/queue.hpp:3",
            "task stands below communication",
        )

    def test_an_include_of_the_command_line_by_the_worker_is_reported(self):
        self.assert_only(
            {"host/worker/process.cpp": '#include "cli/command.hpp"\n'},
            "host/worker/process.cpp:1",
            "worker stands below cli",
        )

    def test_an_include_beside_is_reported_on_each_floor_with_several_rooms(self):
        for here, there in (
            ("worker", "web"),
            ("web", "worker"),
            ("plugin", "task"),
            ("service", "directory"),
            ("task", "plugin"),
            ("directory", "service"),
        ):
            with self.subTest(here=here, there=there):
                self.assert_only(
                    {f"host/{here}/new.cpp": f'#include "{there}/any.hpp"\n'},
                    f"host/{here}/new.cpp:1",
                    "stand on one floor",
                )

    def test_the_store_does_not_know_the_sdk(self):
        self.assert_only(
            {"host/store/rows.cpp": "#include <core_communication/member.hpp>\n"},
            "host/store/rows.cpp:1",
            "store and sdk stand on one floor",
        )

    def test_the_sdk_includes_nothing_of_the_host(self):
        for header in ("store/database.hpp", "message/error.hpp", "text/utf8.hpp"):
            with self.subTest(header=header):
                self.assert_only(
                    {"sdk/src/export.cpp": f'#include "{header}"\n'}, "sdk/src/export.cpp:1", "the SDK stands alone"
                )

    def test_texts_know_no_messages(self):
        self.assert_only(
            {"host/text/line.cpp": '#include "message/error.hpp"\n'}, "host/text/line.cpp:1", "text stands below message"
        )

    def test_messages_include_nothing_above(self):
        for line in ('#include "store/database.hpp"\n', "#include <core_communication/member.hpp>\n"):
            with self.subTest(line=line):
                self.assert_only(
                    {"host/message/catalogue.cpp": line}, "host/message/catalogue.cpp:1", "message stands below"
                )

    def test_texts_include_no_other_room(self):
        for line in ('#include "store/database.hpp"\n', "#include <core_communication/member.hpp>\n"):
            with self.subTest(line=line):
                self.assert_only({"host/text/line.cpp": line}, "host/text/line.cpp:1", "text stands below")

    def test_the_loader_is_for_the_worker_alone(self):
        for file in ("host/cli/plugin.cpp", "host/communication/load.cpp", "host/plugin/registry.cpp"):
            with self.subTest(file=file):
                self.assert_only(
                    {file: '#include "plugin/loader.hpp"\n'}, f"{file}:1", "only host/worker includes the loader"
                )

    def test_the_loader_is_found_whichever_way_it_is_written(self):
        for line in (
            "#include <plugin/loader.hpp>",
            '#  include "../plugin/loader.hpp"',
            '#include "../../host/plugin/loader.hpp"',
        ):
            with self.subTest(line=line):
                self.assert_only(
                    {"host/web/admin.cpp": line + "\n"}, "host/web/admin.cpp:1", "only host/worker includes the loader"
                )

    def test_a_plugin_that_includes_the_host_is_reported(self):
        for line in ('#include "task/queue.hpp"', "#include <task/queue.hpp>", '#include "../../host/task/queue.hpp"'):
            with self.subTest(line=line):
                self.assert_only(
                    {"plugins/matrix/room.cpp": line + "\n"}, "plugins/matrix/room.cpp:1", "a plugin includes the SDK"
                )

    def test_a_plugin_that_includes_another_plugin_is_reported(self):
        self.assert_only(
            {"plugins/customlink/link.cpp": '#include "../matrix/provider.hpp"\n'},
            "plugins/customlink/link.cpp:1",
            "a plugin includes the SDK",
        )

    def test_a_plugin_that_includes_the_sources_of_the_sdk_is_reported(self):
        self.assert_only(
            {"plugins/customlink/link.cpp": '#include "../../sdk/src/processor.cpp"\n'},
            "plugins/customlink/link.cpp:1",
            "a plugin includes the SDK",
        )

    def test_a_plugin_that_includes_a_file_it_does_not_have_is_reported(self):
        self.assert_only(
            {"plugins/customlink/link.cpp": '#include "absent.hpp"\n'},
            "plugins/customlink/link.cpp:1",
            "no such file in plugins/customlink/",
        )

    def test_the_host_includes_no_plugin(self):
        self.assert_only(
            {"host/cli/plugin.cpp": '#include "../../plugins/matrix/provider.hpp"\n'},
            "host/cli/plugin.cpp:1",
            "a plugin is loaded, never included",
        )

    def test_a_room_without_a_floor_is_reported(self):
        self.assert_only(
            {"host/util/strings.hpp": "#include <string>\n"}, "host/util/strings.hpp:1", "host/util stands on no floor"
        )

    def test_an_include_of_a_room_without_a_floor_is_reported(self):
        self.assert_only(
            {"host/util/strings.hpp": "", "host/task/queue.hpp": '#include "util/strings.hpp"\n'},
            "host/task/queue.hpp:1",
            "host/util stands on no floor",
        )

    def test_a_circle_of_two_folders_within_a_room_is_reported_at_both_ends(self):
        status, reports = self.check(
            {
                "host/cli/table/row.hpp": '#include "cli/progress/bar.hpp"\n',
                "host/cli/progress/bar.hpp": '#include "cli/table/row.hpp"\n',
            }
        )
        self.assertEqual(status, 1)
        self.assertEqual(
            [report.split(":")[0] for report in reports], ["host/cli/progress/bar.hpp", "host/cli/table/row.hpp"]
        )
        self.assertIn("a circle of folders, host/cli/progress -> host/cli/table -> host/cli/progress", reports[0])

    def test_a_circle_of_three_folders_of_a_plugin_is_reported(self):
        status, reports = self.check(
            {
                "plugins/matrix/a/x.hpp": '#include "../b/x.hpp"\n',
                "plugins/matrix/b/x.hpp": '#include "../c/x.hpp"\n',
                "plugins/matrix/c/x.hpp": '#include "../a/x.hpp"\n',
            }
        )
        self.assertEqual((status, len(reports)), (1, 3))
        self.assertIn("plugins/matrix/a -> plugins/matrix/b -> plugins/matrix/c -> plugins/matrix/a", reports[0])


if __name__ == "__main__":
    unittest.main()
