"""The command line of `en16931`, whose libraries Minga itself asks about a document before it is stored.

Here it is a program of its own, which reads the files by itself. Building it takes minutes; it stays in the
cache until its version changes.
"""

import subprocess
from pathlib import Path

from judging import CACHE, WORK, Judge, documents
from twins import CENT, add, mark, twin

VERSION = "0.8.0"
TOOLS = CACHE / f"en16931-{VERSION}"
TWINS = [
    ("a cent more with tax", "//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", add(CENT), "BR-CO-15"),
    ("a cent of tax off", "/*/cac:TaxTotal/cbc:TaxAmount", add(-CENT), "BR-CO-14"),
    ("the unit m2", "(//cac:InvoiceLine | //cac:CreditNoteLine)/*[@unitCode]", mark("unitCode", "m2"), "BR-CL-23"),
]


def program() -> Path:
    path = TOOLS / "bin/en16931"
    if not path.exists():
        wanted = ["--locked", "--root", TOOLS, "--version", VERSION, "en16931-cli"]
        subprocess.run(["cargo", "install", "--quiet", *wanted], check=True)
    return path


def refusal(validator: Path, xml: bytes) -> str | None:
    """What it says against a document; None where it accepts it."""
    path = WORK / "document.xml"
    path.write_bytes(xml)
    done = subprocess.run([validator, "validate", path], capture_output=True, text=True)
    return None if done.returncode == 0 else done.stdout + done.stderr


def main() -> None:
    validator = program()
    billing = documents("Invoice", "CreditNote")
    varied = {name: xml for name, xml in billing.items() if not name.startswith("random")}
    with Judge(f"en16931-cli {VERSION}") as judge:
        wrong = {name: answer for name, xml in billing.items() if (answer := refusal(validator, xml)) is not None}
        judge.check(f"accepts {len(billing)} invoices and credit notes", not wrong, wrong)
        for what, path, change, rule in TWINS:
            answers = [refusal(validator, twin(xml, path, change)) for xml in varied.values()]
            judge.check(f"refuses {what} ({rule}) in all {len(answers)}", all(rule in (one or "") for one in answers), answers)


if __name__ == "__main__":
    main()
