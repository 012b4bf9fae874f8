"""A folder with 1,000 valid plugins: what the first look at it costs, and each look after it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench import Row, in_turns, report, seconds

BUILD = Path(os.environ["COMMHOST_BENCH_BUILD"])
GOOD = BUILD / "tests/faults/good"
PLUGINS = 1000
LISTS, PROBES = 21, 5


def renamed(text: str, name: str) -> str:
    return text.replace("communication_good", f"communication_{name}")


def lay_out(root: Path) -> None:
    """Copies of a good plugin, each with its own name. Their content differs, so that none is known from another one."""
    for number in range(PLUGINS):
        name = f"plugin_{number:04}"
        folder = root / name
        (folder / "lang/en").mkdir(parents=True)
        for file in ("version.json", "settings.json"):
            (folder / file).write_text(renamed((GOOD / file).read_text(), name))
        shutil.copy(GOOD / "lang/en/communication_good.json", folder / f"lang/en/communication_{name}.json")
        shutil.copy(GOOD / "libcommunication_good.so", folder / f"libcommunication_{name}.so")
    subprocess.run(["chmod", "-R", "go-w", root], check=True)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="commhost-bench-") as directory:
        root, state = Path(directory, "plugins"), Path(directory, "state")
        root.mkdir()
        lay_out(root)
        environment = {"PATH": os.environ["PATH"], "COMMHOST_STATE_DIRECTORY": str(state)}
        listing = [BUILD / "bin/commhost", "--plugin-root", root, "plugin", "list"]
        floor = BUILD / "bin/bench_plugin_floor"

        def first_look() -> float:
            shutil.rmtree(state, ignore_errors=True)
            subprocess.run([*listing[:1], "task", "list"], check=True, env=environment, stdout=subprocess.DEVNULL)
            return seconds(listing, env=environment)

        libraries = {"LD_LIBRARY_PATH": str(BUILD / "lib")}
        probed, loaded = in_turns(PROBES, first_look, lambda: seconds([floor, "load", root], env=libraries))
        # What was written just now may be written again within the same tick of the clock and is not kept.
        listed, read, started = in_turns(
            LISTS,
            lambda: seconds(listing, env=environment),
            lambda: seconds([floor, "manifests", root]),
            lambda: seconds([*listing[:1], "--version"], env=environment),
        )
        start = (
            f"{started:.4g} s of it, {started / read:.2f} times the peer, are the start of the program, whatever it is to do: "
            "most of that to load and link shared libraries, and most of these are libcurl's and libpq's"
        )
        rows = [
            Row("first look, each plugin probed", probed, "bare fork and dlopen", loaded, "s", 3),
            Row("plugin list", listed, "bare stat and read of the manifests", read, "s", 2, start),
        ]
        report("plugins", rows, {"plugins": PLUGINS, "rounds": f"{PROBES} and {LISTS}"})


main()
