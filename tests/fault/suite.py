#!/usr/bin/env python3
"""The fault suite: each scenario does something bad to a run and compares what is on the real servers in the end with the roster.

Run it by `ctest -L fault`, which starts the servers. Without arguments it does most scenarios, small; with SCENARIO... those whose
names hold one of the words. --large does all, those that were measured on Moodle with 20 rooms of 50 people as there, and more kills.
Its arguments may also stand in COMMHOST_FAULT_ARGUMENTS.
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
    "paused_hosts",
    "faulty_plugins",
    "lost_database",
    "full_disk",
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="SCENARIO")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rooms", type=int, default=scenario.OPTIONS.rooms)
    parser.add_argument("--members", type=int, default=scenario.OPTIONS.members, help="of each room")
    parser.add_argument("--rounds", type=int, help="of random kills (default: 6; large: 20)")
    parser.add_argument("--turns", type=int, help="of what is done with several seeds (default: 1; large: 5)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000), help="of all that is random")
    given = parser.parse_args(sys.argv[1:] or shlex.split(os.environ.get("COMMHOST_FAULT_ARGUMENTS", "")))
    given.rounds = given.rounds or (20 if given.large else 6)
    given.turns = given.turns or (5 if given.large else 1)
    given.named = bool(given.words)
    for name in ("large", "rooms", "members", "rounds", "turns", "seed", "named"):
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
