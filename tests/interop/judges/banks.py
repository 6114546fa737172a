"""Banks' formats: our payment run by two copies of the schema, our OFX by libofx, and what we read beside what others read."""

import csv
import json
import re
import subprocess
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

from books import BOOKS, SAMPLES, changed, ran, read_by_minga, said, twin
from judging import WORK, Judge, version
from lxml import etree
from ofxparse import OfxParser

RUN = (BOOKS / "payment-run.xml").read_text(encoding="utf-8")
STATEMENT = (BOOKS / "payments.ofx").read_bytes()
PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def package(name: str) -> Path:
    return Path(find_spec(name).origin).parent


def sums(xml: str) -> list[str]:
    """What is wrong with the counts and control sums of a payment run."""
    document = etree.fromstring(xml.encode())
    wrong = []
    for part in [document.find("p:CstmrCdtTrfInitn", PAIN), *document.iterfind(".//p:PmtInf", PAIN)]:
        head = part.find("p:GrpHdr", PAIN) if part.tag.endswith("CstmrCdtTrfInitn") else part
        amounts = [Decimal(amount.text) for amount in part.iterfind(".//p:InstdAmt", PAIN)]
        if head.findtext("p:CtrlSum", namespaces=PAIN) != str(sum(amounts)):
            wrong.append(f"{head.tag}: the control sum is not {sum(amounts)}")
        if int(head.findtext("p:NbOfTxs", namespaces=PAIN)) != len(amounts):
            wrong.append(f"{head.tag}: there are {len(amounts)} transfers")
    return wrong


def judge_payment_run(judge: Judge) -> None:
    judge.name = f"pain.001.001.09 XSD ({version('pain001', 'sepaxml')})"
    schemas = {
        "pain001": package("pain001") / "templates/pain.001.001.09/pain.001.001.09.xsd",
        "sepaxml": package("sepaxml") / "schemas/pain.001.001.09.xsd",
    }
    for name, path in schemas.items():
        schema = etree.XMLSchema(etree.parse(str(path)))
        judge.check(f"{name}'s copy accepts the run", schema.validate(etree.fromstring(RUN.encode())), schema.error_log)
        for what, old, new in [
            ("an amount of 7 decimals", ">1774.44<", ">1774.4400001<"),
            ("a message id of 36 characters", "<MsgId>", "<MsgId>1234"),
            ("an IBAN that is none", "<IBAN>DE89", "<IBAN>D89"),
            ("a transfer without end-to-end id", "<EndToEndId>INV-2026-000001</EndToEndId>", ""),
        ]:
            other = changed(RUN, old, new)
            judge.check(f"{name}'s copy refuses {what}", not schema.validate(etree.fromstring(other.encode())))
    judge.check("every count and control sum is that of its transfers", not sums(RUN), sums(RUN))
    judge.check("a cent more in a transfer breaks its sums", len(sums(changed(RUN, ">1774.44<", ">1774.45<"))) == 2)
    with open(BOOKS / "payment-run.csv", encoding="ascii", newline="") as table:
        rows = sorted((row["reference"], row["amount"], row["currency"]) for row in csv.DictReader(table))
    transfers = etree.fromstring(RUN.encode()).iterfind(".//p:CdtTrfTxInf", PAIN)
    paid = sorted(
        (one.findtext(".//p:EndToEndId", namespaces=PAIN), amount.text, amount.get("Ccy"))
        for one in transfers
        for amount in one.iterfind(".//p:InstdAmt", PAIN)
    )
    judge.check(f"the bank's table has the same {len(paid)} transfers", rows == paid, rows)


def dumped(path: Path) -> list[tuple[str, str, str]]:
    """Payments as libofx reads them: id, amount, payee."""
    done = subprocess.run(["ofxdump", str(path)], capture_output=True, check=False)
    parts = done.stdout.decode("utf-8", "replace").split("ofx_proc_transaction():")[1:]
    fields = ("Financial institution's ID for this transaction", "Total money amount", "Name of payee or transaction description")
    found = [[re.search(f"{re.escape(field)}: (.*)", part) for field in fields] for part in parts]
    return [tuple(one[1].strip() if one else "" for one in row) for row in found]


def sound(path: Path, expected: list[Decimal]) -> str:
    """What an importer would stumble over: ids that come twice, other amounts than expected."""
    found = dumped(path)
    if len({one[0] for one in found}) != len(found):
        return "an id comes twice"
    return "" if [Decimal(one[1]) for one in found] == expected else f"{len(found)} other amounts"


def judge_ofx(judge: Judge) -> None:
    judge.name = f"libofx ({said('dpkg-query', '-W', '-f', '${Version}', 'ofx')}), {version('ofxparse')}"
    with open(BOOKS / "journal.csv", encoding="utf-8", newline="") as table:
        bank = [row for row in csv.DictReader(table) if row["account_code"] == "1.1.01" and row["currency"] == "ARS"]
    expected = [Decimal(row["amount"]) for row in bank]
    ours = BOOKS / "payments.ofx"
    judge.check(f"libofx reads the book's {len(expected)} payments, each by an id of its own", not sound(ours, expected), sound(ours, expected))
    names = {one[2] for one in dumped(ours)}
    hostile = {'Sindicato "La Fraternidad" & Cía', "</NAME><TRNAMT>99", "-1774.44 ARS", "línea uno línea dos Assets:1010"}
    judge.check("libofx reads names with accents, brackets and line ends as they are", hostile <= names, names)
    with open(ours, "rb") as file:
        statement = OfxParser.parse(file).account.statement
    judge.check("ofxparse reads the same amounts", [one.amount for one in statement.transactions] == expected)
    closing = Decimal("1000.00") + sum(expected)
    judge.check(f"ofxparse reads the balance they come to, {closing}", statement.balance == closing, statement.balance)
    ids = re.findall(rb"<FITID>(\w+)", STATEMENT)
    for what, old, new in [
        ("an id that comes twice", b"<FITID>" + ids[1], b"<FITID>" + ids[0]),
        ("a cent off", f"<TRNAMT>{expected[0]}".encode(), f"<TRNAMT>{expected[0] + Decimal('0.01')}".encode()),
    ]:
        other = WORK / "twin.ofx"
        other.write_bytes(STATEMENT.replace(old, new, 1))
        judge.check(f"libofx shows {what}", sound(other, expected) != "")
    minga = [Decimal(row[2]) for row in read_by_minga("ofx", ours)]
    judge.check("Minga reads its own file", minga == expected)
    for sample in ("statement-sgml.ofx", "statement.ofx2.xml"):
        theirs = [Decimal(one[1]) for one in dumped(SAMPLES / sample)]
        judge.check(f"Minga and libofx read the same in {sample}", theirs == [Decimal(row[2]) for row in read_by_minga("ofx", SAMPLES / sample)] != [], theirs)


def judge_statements(judge: Judge) -> None:
    judge.name = f"camt053 ({version('camt053')})"
    sample = SAMPLES / "camt053-v08.xml"
    valid = ran("camt053", "validate", "-i", sample)
    judge.check("finds our sample of version .08 valid", valid.returncode == 0, valid.stdout)
    entries = json.loads(said("camt053", "entries", "-i", sample, "--format", "json"))
    theirs = sum(Decimal(one["amount"]) * (-1 if one["credit_debit_indicator"] == "DBIT" else 1) for one in entries)
    movements = read_by_minga("camt", sample)
    ours = sum(Decimal(row[2]) for row in movements)
    judge.check(f"reads the same sum as Minga, {ours}, of {len(movements)} payments in {len(entries)} entries", ours == theirs, theirs)
    text = sample.read_text(encoding="utf-8")
    invalid = ran("camt053", "validate", "-i", twin("twin.xml", changed(text, "150.00<", "150.0000001<")))
    judge.check("refuses an amount of 7 decimals", invalid.returncode != 0)
    cent = read_by_minga("camt", twin("twin.xml", changed(text, ">150.00<", ">150.01<")))
    judge.check("a cent more in an entry is another sum", sum(Decimal(row[2]) for row in cent) != theirs)
    old = SAMPLES / "camt053-v02.xml"
    judge.check("finds our sample of version .02 invalid, as banks' files are", ran("camt053", "validate", "-i", old).returncode != 0)
    judge.check("which Minga reads", [row[2] for row in read_by_minga("camt", old)] == ["1774.44", "-50.00", "-5.00"])
    tryton = package("trytond") / "modules/account_statement_sepa/tests/camt.053.001.02.xml"
    read = read_by_minga("camt", tryton)
    judge.check(
        f"Minga reads the statement that Tryton ({version('trytond-account-statement-sepa')}) is tested with",
        len(read) == tryton.read_text(encoding="utf-8").count("<Ntry>") > 0,
        read,
    )


def main() -> None:
    with Judge("") as judge:
        judge_payment_run(judge)
        judge_ofx(judge)
        judge_statements(judge)


if __name__ == "__main__":
    main()
