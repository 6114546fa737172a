"""Clients that others' programs generate from the OpenAPI document of the server: one in Python, one in TypeScript.

They are kept by the document's digest, because generating takes a while.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from judging import CACHE, Judge, version
from serving import MINGA

HERE = Path(__file__).parent
NODE = Path(CACHE).parent / "node"
BIN = NODE / "node_modules/.bin"


def document() -> bytes:
    done = subprocess.run([MINGA, "openapi", "--json"], capture_output=True, check=True)
    return done.stdout


def made(judge: Judge, what: str, *command: str | Path) -> bool:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    judge.check(what, done.returncode == 0, (done.stdout + done.stderr)[-2000:])
    return done.returncode == 0


def folder(name: str) -> Path:
    """Where the client of this document is kept. Those of other documents are removed."""
    digest = hashlib.sha256(document()).hexdigest()[:16]
    path = CACHE / f"client-{name}-{digest}"
    for other in CACHE.glob(f"client-{name}-*"):
        if other != path:
            shutil.rmtree(other)
    return path


def python_client(judge: Judge) -> Path | None:
    """Generates the package `minga_client`; gives the folder that has it."""
    judge.name = version("openapi-generator-cli")
    found = folder("python")
    if found.exists():
        return found
    new = found.with_name("new-client")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    source = new / "openapi.json"
    source.write_bytes(document())
    parts = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"
    generator = Path(sys.executable).with_name("openapi-generator-cli")
    command = [generator, "generate", "-i", source, "-g", "python", "-o", new, "--package-name", "minga_client"]
    if not made(judge, "generates a Python client", *command, "--global-property", parts):
        return None
    new.rename(found)
    return found


def typescript_version() -> str:
    names = ("openapi-typescript", "openapi-fetch", "typescript")
    asked = [(name, NODE / "node_modules" / name / "package.json") for name in names]
    return ", ".join(f"{name} {json.loads(path.read_text(encoding='utf-8'))['version']}" for name, path in asked)


def compiled(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / "tsc", "--project", project], capture_output=True, text=True, check=False)


def typescript_program(judge: Judge, work: Path) -> Path | None:
    """Generates the types, and compiles the month with them; gives the program. A twin that names a field that is
    not in the document must not compile."""
    judge.name = typescript_version()
    types = folder("typescript")
    types.mkdir(exist_ok=True)
    schema = types / "schema.d.ts"
    if not schema.exists():
        source = types / "openapi.json"
        source.write_bytes(document())
        if not made(judge, "generates the types", BIN / "openapi-typescript", source, "-o", types / "new.d.ts"):
            return None
        (types / "new.d.ts").rename(schema)
    project = work / "typescript"
    project.mkdir()
    (project / "node_modules").symlink_to(NODE / "node_modules")
    shutil.copy(schema, project)
    shutil.copy(HERE / "tsconfig.json", project)
    shutil.copy(HERE / "package.json", project)
    text = (HERE / "month.ts").read_text(encoding="utf-8")
    (project / "month.ts").write_text(text, encoding="utf-8")
    done = compiled(project)
    judge.check("the month compiles (strict)", done.returncode == 0, done.stdout[-2000:])
    if done.returncode:
        return None
    twin = text.replace("invoice.payable", "invoice.payabel", 1)
    (project / "month.ts").write_text(twin, encoding="utf-8")
    done = compiled(project)
    judge.check("a field that the document lacks does not", twin != text and "payabel" in done.stdout, done.stdout[-500:])
    return project / "built/month.js"
