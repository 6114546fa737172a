#!/usr/bin/python3
"""Takes the journal's tables over into a GnuCash book, as its assistants would (Debian: python3-gnucash).

    gnucash_import.py BOOK ACCOUNTS.csv TRANSACTIONS.csv

Rows of one transaction id are the splits of one transaction. Ends with 1, and leaves the book as it was, where one
does not balance, or posts to an account that is not there. Transactions that the book has are passed over. Prints what
each account comes to.
"""

import csv
import sys
from datetime import date
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import gnucash
from gnucash import Account, GncNumeric, Session, SessionOpenMode, Split, Transaction

TYPES = {name: getattr(gnucash, f"ACCT_TYPE_{name}") for name in ("ASSET", "BANK", "LIABILITY", "INCOME", "EXPENSE")}


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def numeric(text: str) -> GncNumeric:
    value = Fraction(text)
    return GncNumeric(value.numerator, value.denominator)


def full_name(account: Account) -> str:
    """The names from the root on. GnuCash's own function parts them by a sign that the book chooses."""
    parent = account.get_parent()
    return account.GetName() if parent.is_root() else f"{full_name(parent)}:{account.GetName()}"


class Book:
    def __init__(self, session: Session) -> None:
        self.book = session.book
        self.root = self.book.get_root_account()
        self.accounts: dict[str, Account] = {}
        for account in self.root.get_descendants():
            self.accounts[full_name(account)] = account

    def currency(self, code: str):
        return self.book.get_table().lookup("CURRENCY", code)

    def add_account(self, row: dict[str, str]) -> None:
        name = row["Full Account Name"]
        if name in self.accounts:
            return
        parent = self.accounts[name.rsplit(":", 1)[0]] if ":" in name else self.root
        account = Account(self.book)
        parent.append_child(account)
        account.SetName(row["Account Name"])
        account.SetCode(row["Account Code"])
        account.SetType(TYPES[row["Type"]])
        account.SetCommodity(self.currency(row["Symbol"]))
        account.SetPlaceholder(row["Placeholder"] == "T")
        self.accounts[name] = account

    def known(self) -> set[str]:
        """The ids of the transactions that are in the book, which stand in their splits' memos."""
        splits = (split for account in self.accounts.values() for split in account.GetSplitList())
        return {split.GetMemo() for split in splits}

    def add_transaction(self, identity: str, splits: list[dict[str, str]]) -> None:
        first = splits[0]
        currency = self.currency(first["Commodity/Currency"].removeprefix("CURRENCY::"))
        transaction = Transaction(self.book)
        transaction.BeginEdit()
        transaction.SetCurrency(currency)
        day = date.fromisoformat(first["Date"])
        transaction.SetDate(day.day, day.month, day.year)
        transaction.SetNum(first["Number"])
        transaction.SetDescription(first["Description"])
        transaction.SetNotes(first["Notes"])
        for row in splits:
            account = self.accounts.get(row["Full Account Name"])
            if account is None or account.GetPlaceholder():
                raise SystemExit(f"{identity} posts to {row['Full Account Name']}, which is not there")
            split = Split(self.book)
            split.SetParent(transaction)
            split.SetAccount(account)
            split.SetValue(numeric(row["Amount Num."]))
            split.SetAmount(numeric(row["Amount Num."]))
            split.SetAction(row["Action"])
            split.SetMemo(identity)
        if not transaction.GetImbalanceValue().zero_p():
            raise SystemExit(f"{identity} does not balance")
        transaction.CommitEdit()


def main(path: str, accounts: str, transactions: str) -> None:
    new = not Path(path).exists()
    mode = SessionOpenMode.SESSION_NEW_STORE if new else SessionOpenMode.SESSION_NORMAL_OPEN
    session = Session(f"xml://{Path(path).resolve()}", mode)
    try:
        book = Book(session)
        for row in rows(accounts):
            book.add_account(row)
        known = book.known()
        for identity, splits in groupby(rows(transactions), lambda row: row["Transaction ID"]):
            if identity not in known:
                book.add_transaction(identity, list(splits))
        if book.book.session_not_saved():
            session.save()
        for name, account in sorted(book.accounts.items()):
            balance = account.GetBalance()
            if not balance.zero_p():
                print(f"{name}\t{Fraction(balance.num(), balance.denom())}")
    finally:
        session.end()
        session.destroy()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
