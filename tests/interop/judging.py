"""How a judge says what it found: one line for each check, and a status at the end.

A judge is a program in `judges/` or `on_demand/`. `scripts/interop` runs it with INTEROP_DOCUMENTS, the
folder of documents that Minga wrote, INTEROP_WORK, a folder of its own for anything it needs, INTEROP_CACHE,
one that stays until the versions change, and INTEROP_READER, the program that reads documents as Minga does;
`books` says what there is besides.
Whatever it accepts, it has to refuse a changed twin of: a judge that cannot say no proves nothing.
"""

import os
import sys
from importlib import metadata
from pathlib import Path

DOCUMENTS = Path(os.environ["INTEROP_DOCUMENTS"])
WORK = Path(os.environ["INTEROP_WORK"])
CACHE = Path(os.environ["INTEROP_CACHE"])


def version(*packages: str) -> str:
    """Packages with the versions that are installed."""
    return ", ".join(f"{package} {metadata.version(package)}" for package in packages)


class Judge:
    """Prints a line for each check; leaving it ends the program."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._failed = False
        self._checks = 0

    def check(self, what: str, holds: bool, detail: object = "") -> None:
        self._checks += 1
        self._failed = self._failed or not holds
        print(f"{'ok' if holds else 'WRONG':5}  {self.name}: {what}", flush=True)
        if not holds and detail:
            print(f"       {detail}", flush=True)

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is None:
            if not self._checks:
                self.check("found nothing to judge", False)
            sys.exit(1 if self._failed else 0)


def documents(*roots: str) -> dict[str, bytes]:
    """Every document with one of these root elements, by the name of its file."""
    found = {}
    for path in sorted(DOCUMENTS.glob("*.xml")):
        xml = path.read_bytes()
        if any(f":{root}-2\"".encode() in xml[:400] for root in roots):
            found[path.stem] = xml
    return found
