"""hledger, ledger and beancount take the journal, and come to the same balances as it says itself."""

import csv
import re
import shutil
from pathlib import Path

from books import BOOKS, Balances, balances, cent_more, changed, of_hledger, of_ledger, ran, said, twin
from judging import WORK, Judge, version

JOURNAL = (BOOKS / "journal.journal").read_text(encoding="utf-8")
BEANCOUNT = (BOOKS / "journal.beancount").read_text(encoding="utf-8")
AMOUNT = r"^    Assets:1300 Tax recoverable  ([\d.]+) ARS$"


def by_hand() -> Balances:
    """The balances of the table, added up here."""
    with open(BOOKS / "journal.csv", encoding="utf-8", newline="") as table:
        return balances((row["account"], row["amount"], row["currency"]) for row in csv.DictReader(table))


def judge_hledger(judge: Judge, journal: Path, expected: Balances) -> None:
    with_rules = WORK / "journal.csv"
    shutil.copy(BOOKS / "journal.csv", with_rules)
    shutil.copy(BOOKS / "journal.csv.rules", WORK)
    strict = ran("hledger", "-f", journal, "check", "--strict")
    judge.check("check --strict passes", strict.returncode == 0, strict.stderr)
    judge.check(f"comes to the table's {len(expected)} balances", of_hledger(journal) == expected)
    judge.check("reads the table by its rules, to the same balances", of_hledger(with_rules) == expected)
    found = said("hledger", "-f", journal, "print", "tag:po=^PO-2026-000002$", "tag:invoice=^INV-2026-000001$")
    judge.check("finds an entry by its order and its invoice", len(re.findall("^2026-", found, re.MULTILINE)) == 1, found)
    for what, text in [
        ("a cent off", cent_more(JOURNAL, AMOUNT)),
        ("an account that is not declared", changed(JOURNAL, "account Assets:1300 Tax recoverable\n", "")),
        ("a currency that is not declared", changed(JOURNAL, "commodity ARS\n", "")),
    ]:
        refused = ran("hledger", "-f", twin("twin.journal", text), "check", "--strict")
        judge.check(f"refuses {what}", refused.returncode != 0)
    table = with_rules.read_text(encoding="utf-8")
    with_rules.write_text(cent_more(table, r",asset,([\d.]+),ARS,"), encoding="utf-8")
    judge.check("comes to other balances with a cent off in the table", of_hledger(with_rules) != expected)


def judge_ledger(judge: Judge, journal: Path, expected: Balances) -> None:
    pedantic = ran("ledger", "-f", journal, "--pedantic", "stats")
    judge.check("reads it, every account and currency declared", pedantic.returncode == 0, pedantic.stderr[-500:])
    judge.check(f"comes to the table's {len(expected)} balances", of_ledger(journal) == expected)
    for what, text in [
        ("a cent off", cent_more(JOURNAL, AMOUNT)),
        ("an account that is not declared", changed(JOURNAL, "account Assets:1300 Tax recoverable\n", "")),
    ]:
        refused = ran("ledger", "-f", twin("twin.journal", text), "--pedantic", "stats")
        judge.check(f"refuses {what}", refused.returncode != 0)


def judge_beancount(judge: Judge) -> None:
    good = ran("bean-check", BOOKS / "journal.beancount")
    judge.check("accepts it, its balances asserted", good.returncode == 0, good.stderr[-500:])
    for what, text in [
        ("a cent off in an entry", cent_more(BEANCOUNT, r"^  Assets:1300-Tax-recoverable  ([\d.]+) ARS$")),
        ("a cent off in a balance", cent_more(BEANCOUNT, r"balance \S+  (-?[\d.]+) ~ 0 ARS$")),
        ("an account that is not open", changed(BEANCOUNT, "1970-01-01 open Assets:1300-Tax-recoverable\n", "")),
    ]:
        refused = ran("bean-check", twin("twin.beancount", text))
        judge.check(f"refuses {what}", refused.returncode != 0)


def main() -> None:
    journal, expected = BOOKS / "journal.journal", by_hand()
    with Judge(said("hledger", "--version").split(",")[0]) as judge:
        judge_hledger(judge, journal, expected)
        judge.name = said("ledger", "--version").split(",")[0].lower()
        judge_ledger(judge, journal, expected)
        judge.name = f"bean-check ({version('beancount')})"
        judge_beancount(judge)


if __name__ == "__main__":
    main()
