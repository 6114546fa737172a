"""The journal and the payment run that Minga wrote into INTEROP_BOOKS, and the programs that are run over them.

INTEROP_STATEMENTS is the program that reads banks' statements as Minga does.
"""

import csv
import io
import os
import re
import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from judging import WORK

BOOKS = Path(os.environ["INTEROP_BOOKS"])
SAMPLES = Path(__file__).parents[2] / "crates/accounting/tests/data"
Balances = dict[tuple[str, str], Decimal]


def ran(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end; what it says is text, its status is the caller's to judge."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def said(*command: str | Path) -> str:
    """What a program says that must not fail."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout


def read_by_minga(kind: str, path: Path) -> list[list[str]]:
    """The movements that Minga reads in a statement: id, day, amount, currency, end-to-end id."""
    return [line.split(" ") for line in said(os.environ["INTEROP_STATEMENTS"], "read", kind, path).splitlines()]


def changed(text: str, old: str, new: str) -> str:
    """The text with the first `old` changed, which must be there."""
    if old not in text:
        raise SystemExit(f"{old!r} is not in the file")
    return text.replace(old, new, 1)


def twin(name: str, text: str) -> Path:
    """A changed file, beside nothing else."""
    path = WORK / name
    path.write_text(text, encoding="utf-8")
    return path


def cent_more(text: str, pattern: str) -> str:
    """The text with the first amount that the pattern's group finds a cent higher."""
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise SystemExit(f"nothing in the file is {pattern}")
    start, end = found.span(1)
    return text[:start] + str(Decimal(found[1]) + Decimal("0.01")) + text[end:]


def balances(postings) -> Balances:
    """What postings (account, amount, currency) come to, without those that come to nothing."""
    sums: Balances = defaultdict(Decimal)
    for account, amount, currency in postings:
        sums[account, currency] += Decimal(amount)
    return {key: amount for key, amount in sums.items() if amount}


def of_hledger(file: Path) -> Balances:
    """The balances that hledger comes to. The clearing account of a table is empty, so it is not there."""
    rows = csv.reader(io.StringIO(said("hledger", "-f", file, "bal", "--no-total", "--layout=bare", "-O", "csv")))
    next(rows)
    return balances((account, amount, currency) for account, currency, amount in rows if currency)


def of_ledger(path: Path) -> Balances:
    """The balances of ledger's own table of postings, in which quotation marks are escaped by backslashes."""
    rows = csv.reader(io.StringIO(said("ledger", "-f", path, "csv")), doublequote=False, escapechar="\\")
    return balances((row[3], row[5], row[4]) for row in rows)
