"""The SDK's documents, as far as tests follow them: their fenced blocks, with what stands in front of each."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Block:
    kind: str  # "cpp", "json", "sh", ...
    file: str | None  # named by the last line in front of it that begins with a file's name in backquotes
    text: str
    after: str = ""  # everything up to the next block


def blocks_of(document: Path) -> list[Block]:
    found: list[Block] = []
    file = None
    block = None
    for line in document.read_text().splitlines():
        if line.startswith("```") and block is None:
            block = Block(line.removeprefix("```"), file, "")
            file = None
        elif line.startswith("```"):
            found.append(block)
            block = None
        elif block is not None:
            block.text += line + "\n"
        else:
            if found:
                found[-1].after += line + "\n"
            if named := re.match(r"`([^`]+\.\w+)`", line):
                file = named[1]
    return found
