"""A server with the demo's story, and its people: on a fresh database, until the block ends.

INTEROP_MINGA is the program.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MINGA = os.environ["INTEROP_MINGA"]


def run(*command: str | Path) -> None:
    """Runs Minga to its end; where it fails, what it said is the reason."""
    done = subprocess.run([MINGA, *map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"minga {command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


@contextmanager
def serving(data: Path, *flags: str) -> Iterator[str]:
    """A server on this data folder; gives where it listens."""
    with (data / "server.log").open("w", encoding="utf-8") as log:
        command = [MINGA, "serve", "--data-dir", str(data), "--listen", "127.0.0.1:0", *flags]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            said = running.stdout.readline()
            if "http://" not in said:
                raise SystemExit(f"the server did not start:\n{Path(log.name).read_text(encoding='utf-8')[-2000:]}")
            yield said.split()[-1]
        finally:
            running.terminate()
            running.wait(timeout=60)
            running.stdout.close()


def tell_the_story(data: Path) -> dict[str, str]:
    """Runs the demo into an empty folder; gives the passwords of its people by their addresses."""
    run("demo", "--data-dir", data, "--exit")
    people = json.loads((data / "logins.json").read_text(encoding="utf-8"))
    return {one["email"]: one["password"] for one in people}
