"""What the system tells of the processes of a `commhost run`."""

from pathlib import Path


def children_of(process: int) -> list[int]:
    children = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children += map(int, thread.read_text().split())
        except OSError:
            pass  # the thread has ended
    return children


def is_worker(process: int) -> bool:
    """Tells it from a probe, and from a child that has not begun its own program yet."""
    try:
        return b"worker" in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def most_resident_kib(process: int) -> int | None:
    """VmHWM, the most it ever had (proc(5)); None when it has ended."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return None
