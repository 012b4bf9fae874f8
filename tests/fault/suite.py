#!/usr/bin/env python3
"""The fault suite: each scenario does something bad to a run and compares what is on the real servers in the end with the roster.

Run it by `ctest -L fault`, which starts the servers. Without arguments it does all scenarios, small; with SCENARIO... those whose
names hold one of the words. Its arguments may also stand in COMMHOST_FAULT_ARGUMENTS.
"""

import argparse
import importlib
import os
import random
import shlex
import sys
import unittest

import scenario

MODULES = [
    "lost_answers",
    "rate_limits",
    "one_person",
    "outages",
    "kicked_people",
    "several_hosts",
    "random_kills",
    "lost_database",
    "full_disk",
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="SCENARIO")
    parser.add_argument("--rooms", type=int, default=scenario.OPTIONS.rooms)
    parser.add_argument("--members", type=int, default=scenario.OPTIONS.members, help="of each room")
    parser.add_argument("--rounds", type=int, default=scenario.OPTIONS.rounds, help="of random kills")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000), help="of all that is random")
    given = parser.parse_args(sys.argv[1:] or shlex.split(os.environ.get("COMMHOST_FAULT_ARGUMENTS", "")))
    for name in ("rooms", "members", "rounds", "seed"):
        setattr(scenario.OPTIONS, name, getattr(given, name))
    print(f"seed {given.seed}: --seed {given.seed} does the same again", flush=True)
    tests = unittest.TestSuite()
    for module in MODULES:
        for each in unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(module)):
            tests.addTests(one for one in each if not given.words or any(word in one.id() for word in given.words))
    ended = unittest.TextTestRunner(verbosity=2).run(tests)
    print(scenario.table(scenario.ROWS), flush=True)
    return 0 if ended.wasSuccessful() and ended.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
