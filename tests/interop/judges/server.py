"""A server with the demo's story: clients that were generated from its document close a union's month, one in Python and
one in TypeScript; what it exports goes through the programs it is for, and its invoices and their pages to those that
judge documents.
"""

import json
import os
import subprocess
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the server of this judge has no certificate

from judging import WORK, Judge, version
from month import exported, generated
from serving import serving, tell_the_story

ADMINS = ("compras@docentes.example", "luis@construccion.example")
SELLER = "celia@lamarea.example"


def in_typescript(judge: Judge, base: str, passwords: dict[str, str]) -> None:
    program = generated.typescript_program(judge, WORK)
    if program is None:
        return
    judge.name = f"TypeScript client ({generated.typescript_version()})"
    told = {"base": base, "admin": ADMINS[1], "seller": SELLER, "passwords": passwords}
    environment = os.environ | {"MONTH": json.dumps(told)}
    done = subprocess.run(["node", program], capture_output=True, text=True, check=False, env=environment)
    for line in done.stdout.splitlines():
        said = json.loads(line)
        judge.check(said["what"], said["holds"], said.get("detail", ""))
    judge.check("comes to its end", done.returncode == 0, done.stderr[-2000:])


def main() -> None:
    with Judge("") as judge:
        package = generated.python_client(judge)
        if package is None:
            return
        sys.path.insert(0, str(package))
        from month import delivery, kept, month

        data = WORK / "data"
        data.mkdir()
        passwords = tell_the_story(data)
        with serving(data) as base:
            judge.name = f"Python client ({version('openapi-generator-cli', 'Authlib', 'joserfc')})"
            seller = month.person(base, SELLER, passwords[SELLER])
            cooperative = month.machine(base, seller, ["treasurer"])
            admin = month.person(base, ADMINS[0], passwords[ADMINS[0]])
            union = month.tell(judge, base, admin, cooperative)
            in_typescript(judge, base, passwords)
            judge.name = "server"
            delivery.tell(judge, seller, cooperative, admin, union)
            kept.keep(judge, cooperative, union)
            for name, book in (("union", union), ("cooperative", cooperative)):
                folder = WORK / name
                folder.mkdir()
                for file, form in month.FILES.items():
                    wanted = {"currency": "ARS"} if form == "ofx" else {}
                    (folder / file).write_bytes(book.file(form, **wanted))
                exported.judge(judge, name, folder)


if __name__ == "__main__":
    main()
