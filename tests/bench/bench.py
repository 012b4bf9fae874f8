"""What the benchmarks share: values measured in turns, rows of a ratio and what was wanted, a table or one JSON document."""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass


@dataclass
class Row:
    measure: str
    value: float  # of the unit
    peer: str  # what it is compared with: a floor or another program, measured in the same run
    peer_value: float
    unit: str
    wanted: float | None = None  # the ratio is at most this; None where it is told for comparison alone
    note: str = ""  # what is known of where the value goes

    @property
    def ratio(self) -> float:
        return self.value / self.peer_value

    @property
    def met(self) -> bool:
        return self.wanted is None or self.ratio <= self.wanted


def seconds(command, **options) -> float:
    """How long a program takes from its start to its end. Its output is thrown away; that it fails ends the benchmark."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    return time.perf_counter() - begun


def in_turns(rounds: int, *measures) -> list[float]:
    """The median of each measure. One round is one of each, so that what else the machine does falls on all alike."""
    taken = [[each() for each in measures] for _ in range(rounds)]
    return [statistics.median(values) for values in zip(*taken)]


def report(name: str, rows: list[Row], about: dict) -> None:
    """Prints the rows and ends the program: with 1 where a wanted ratio is missed. about: what was measured on."""
    about = {"processors": len(os.sched_getaffinity(0)), **about}
    if "--json" in sys.argv[1:]:
        document = [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in rows]
        print(json.dumps({"benchmark": name, "about": about, "rows": document}, indent=2))
    else:
        print(name + ": " + ", ".join(f"{key} {value}" for key, value in about.items()))
        for row in rows:
            print(f"  {row.measure}: {row.value:.4g} {row.unit}; {row.peer}: {row.peer_value:.4g} {row.unit}; ", end="")
            wanted = "" if row.wanted is None else f", wanted at most {row.wanted:g}"
            print(f"ratio {row.ratio:.2f}{wanted}{'' if row.met else ': MISSED'}")
            if row.note:
                print(f"    {row.note}")
    sys.exit(0 if all(row.met for row in rows) else 1)
