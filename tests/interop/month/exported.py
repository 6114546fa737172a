"""The programs that a server's exports are for take them, and come to the balances of its table."""

import csv
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import books
from books import Balances, balances, cent_more, ran, said
from judging import Judge, version

HERE = Path(__file__).parents[1]


def twin(folder: Path, name: str, text: str) -> Path:
    path = folder / f"twin-{name}"
    path.write_text(text, encoding="utf-8")
    return path


def judge_texts(judge: Judge, name: str, folder: Path, expected: Balances) -> None:
    journal = folder / "journal.journal"
    text = journal.read_text(encoding="utf-8")
    off = twin(folder, "cent.journal", cent_more(text, r"^    \S.*  ([\d.]+) ARS"))
    judge.name = said("hledger", "--version").split(",")[0]
    strict = ran("hledger", "-f", journal, "check", "--strict")
    judge.check(f"check --strict passes for the {name}'s book", strict.returncode == 0, strict.stderr[-500:])
    table = folder / "journal.csv"
    for what, file in (("journal", journal), ("table by its rules", table)):
        judge.check(f"comes to {len(expected)} balances by the {what}", books.of_hledger(file) == expected)
    refused = ran("hledger", "-f", off, "check", "--strict")
    judge.check("refuses a cent off", refused.returncode != 0)
    judge.name = said("ledger", "--version").split(",")[0].lower()
    judge.check(f"comes to {len(expected)} balances", books.of_ledger(journal) == expected)
    judge.check("refuses a cent off", ran("ledger", "-f", off, "--pedantic", "stats").returncode != 0)
    judge.name = f"bean-check ({version('beancount')})"
    good = ran("bean-check", folder / "journal.beancount")
    judge.check(f"accepts the {name}'s book", good.returncode == 0, good.stderr[-500:])
    text = (folder / "journal.beancount").read_text(encoding="utf-8")
    off = twin(folder, "cent.beancount", cent_more(text, r"^  \S+  ([\d.]+) ARS$"))
    judge.check("refuses a cent off", ran("bean-check", off).returncode != 0)


def judge_gnucash(judge: Judge, name: str, folder: Path) -> None:
    judge.name = said("gnucash-cli", "--version").splitlines()[0]
    accounts, table = folder / "gnucash-accounts.csv", folder / "gnucash.csv"
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = balances((row["Full Account Name"], row["Amount Num."], "") for row in rows)
    script, book = HERE / "gnucash_import.py", folder / "book.gnucash"
    done = ran("/usr/bin/python3", script, book, accounts, table)
    lines = (line.split("\t") for line in done.stdout.splitlines() if "\t" in line)
    found = {(account, ""): Fraction(amount) for account, amount in lines}
    judge.check(f"takes {len(rows)} splits of the {name}'s book to {len(expected)} balances", found == expected != {}, done.stderr[-500:])
    text = table.read_text(encoding="utf-8")
    off = twin(folder, "gnucash.csv", cent_more(text, r" ARS,(\d+\.\d\d),n,,1\.00$"))
    refused = ran("/usr/bin/python3", script, folder / "refused.gnucash", accounts, off)
    judge.check("refuses a cent off", refused.returncode == 1 and "does not balance" in refused.stderr, refused.stderr[-300:])


def amounts(path: Path) -> list[Decimal]:
    """What libofx reads in a statement."""
    return [Decimal(one) for one in re.findall(r"Total money amount: (-?[\d.]+)", ran("ofxdump", path).stdout)]


def judge_bank(judge: Judge, name: str, folder: Path) -> None:
    judge.name = f"libofx ({said('dpkg-query', '-W', '-f', '${Version}', 'ofx')})"
    with open(folder / "journal.csv", encoding="utf-8", newline="") as table:
        bank = [Decimal(row["amount"]) for row in csv.DictReader(table) if row["account_code"] == "1010" and row["currency"] == "ARS"]
    ours = folder / "payments.ofx"
    judge.check(f"reads the {len(bank)} movements of the {name}'s bank", amounts(ours) == bank != [], amounts(ours))
    off = folder / "twin-payments.ofx"
    text = cent_more(ours.read_bytes().decode("cp1252"), r"<TRNAMT>(-?[\d.]+)")
    off.write_bytes(text.encode("cp1252"))
    judge.check("shows a cent off", amounts(off) != bank)


def judge(judge: Judge, name: str, folder: Path) -> None:
    with open(folder / "journal.csv", encoding="utf-8", newline="") as table:
        expected = balances((row["account"], row["amount"], row["currency"]) for row in csv.DictReader(table))
    judge_texts(judge, name, folder, expected)
    judge_gnucash(judge, name, folder)
    judge_bank(judge, name, folder)
