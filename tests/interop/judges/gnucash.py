"""GnuCash takes our invoices as bills, posts and pays them, and takes the journal's tables."""

import csv
import re
from fractions import Fraction
from pathlib import Path

from books import BOOKS, balances, cent_more, changed, ran, said, twin
from judging import DOCUMENTS, WORK, Judge, documents

# GnuCash brings its library for Debian's own Python only.
PYTHON = "/usr/bin/python3"
HERE = Path(__file__).parents[1]
# By hand: 969.00 and 50.00 at 21 %, 490.00 at 10.5 %.
BY_HAND = ("ar-two-rates", "1774.44")
PAYABLE = r'PayableAmount currencyID="\w+">([\d.]+)<'


def take_over(book: Path, *arguments: Path | str):
    return ran(PYTHON, HERE / "gnucash_bill.py", book, *arguments)


def judge_bills(judge: Judge) -> None:
    invoices = {name: xml.decode() for name, xml in documents("Invoice").items() if not name.startswith("random")}
    first = BY_HAND[0] if BY_HAND[0] in invoices else min(invoices)
    text = invoices.pop(first)
    asked = re.search(PAYABLE, text)[1]
    judge.check(f"is given {first}: {asked}", first != BY_HAND[0] or asked == BY_HAND[1])
    book, invoice = WORK / "bills.gnucash", DOCUMENTS / f"{first}.xml"
    done = take_over(book, invoice)
    owed = f" {asked} {re.search('>([A-Z]{3})</cbc:DocumentCurrencyCode>', text)[1]}, paid: False, payables: -{asked}"
    judge.check("makes a bill of it and posts it", done.stdout.strip().endswith(owed), done.stdout + done.stderr[-500:])
    judge.check("refuses it a second time", take_over(book, invoice).returncode == 1)
    done = take_over(WORK / "paid.gnucash", invoice, "--paid")
    judge.check("pays it: nothing owed", done.stdout.strip().endswith("paid: True, payables: 0"), done.stdout + done.stderr[-500:])
    others = [DOCUMENTS / f"{name}.xml" for name in invoices]
    done = take_over(WORK / "others.gnucash", *others, "--paid")
    paid = [line for line in done.stdout.splitlines() if "paid: True" in line]
    judge.check(f"makes, posts and pays bills of {len(others)} others", len(paid) == len(others), done.stdout + done.stderr[-500:])
    for what, pattern in [
        ("asks for a cent more", PAYABLE),
        ("has a cent more on a line", r'<cac:InvoiceLine>[\s\S]*?LineExtensionAmount currencyID="\w+">([\d.]+)<'),
    ]:
        refused = take_over(WORK / "refused.gnucash", twin("twin.xml", cent_more(text, pattern)))
        judge.check(f"refuses one that {what}", refused.returncode == 1 and "is asked for" in refused.stderr, refused.stderr)


def judge_tables(judge: Judge) -> None:
    accounts, table = BOOKS / "gnucash-accounts.csv", BOOKS / "gnucash.csv"
    script = HERE / "gnucash_import.py"
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = balances((row["Full Account Name"], row["Amount Num."], "") for row in rows)
    book = WORK / "journal.gnucash"

    def found(done) -> dict[tuple[str, str], Fraction]:
        lines = (line.split("\t") for line in done.stdout.splitlines() if "\t" in line)
        return {(name, ""): Fraction(amount) for name, amount in lines}

    done = ran(PYTHON, script, book, accounts, table)
    judge.check(f"takes {len(rows)} splits to the same {len(expected)} balances", found(done) == expected, done.stderr[-500:])
    again = ran(PYTHON, script, book, accounts, table)
    judge.check("takes nothing a second time", found(again) == expected, again.stderr[-500:])
    text = table.read_text(encoding="utf-8")
    for what, why, other in [
        ("a cent off", "does not balance", cent_more(text, r" ARS,(\d+\.\d\d),n,,1\.00$")),
        ("an account that is not there", "not there", changed(text, "Tax recoverable ARS", "Tax recovered ARS")),
    ]:
        refused = ran(PYTHON, script, WORK / "refused.gnucash", accounts, twin("twin.csv", other))
        judge.check(f"refuses {what}", refused.returncode == 1 and why in refused.stderr, refused.stderr[-300:])


def main() -> None:
    with Judge(said("gnucash-cli", "--version").splitlines()[0]) as judge:
        judge_bills(judge)
        judge_tables(judge)


if __name__ == "__main__":
    main()
