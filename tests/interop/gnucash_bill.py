#!/usr/bin/python3
"""Takes invoices over into a GnuCash book: a recipe, needing GnuCash's own Python (Debian: python3-gnucash).

    gnucash_bill.py BOOK INVOICE.xml... [--paid]

Makes the book where there is none, vendors and accounts where they are missing, and for each invoice a bill with an
entry for each line, for each premium on it and for the tax of each rate; posts it, and pays it from the bank with
--paid. Ends with 1, and leaves the book as it was, where a bill would not come to what its invoice asks for, or where
the vendor's invoice is in the book.
"""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from gnucash import ACCT_TYPE_ASSET, ACCT_TYPE_BANK, ACCT_TYPE_EXPENSE, ACCT_TYPE_PAYABLE
from gnucash import Account, GncNumeric, Query, Session, SessionOpenMode
from gnucash.gnucash_business import Bill, Entry, Vendor

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


class Invoice:
    """What a bill is made of."""

    def __init__(self, path: str) -> None:
        self._root = ElementTree.parse(path).getroot()
        if not self._root.tag.endswith("}Invoice"):
            raise SystemExit(f"{path} is not an invoice")
        self.number = self._text("cbc:ID")
        self.issued = date.fromisoformat(self._text("cbc:IssueDate"))
        self.due = date.fromisoformat(self._root.findtext("cbc:DueDate", self.issued.isoformat(), NAMES))
        self.currency = self._text("cbc:DocumentCurrencyCode")
        self.order = self._root.findtext("cac:OrderReference/cbc:ID", "", NAMES)
        seller = "cac:AccountingSupplierParty/cac:Party"
        self.seller = self._text(f"{seller}/cac:PartyLegalEntity/cbc:RegistrationName")
        self.tax_id = self._root.findtext(f"{seller}/cac:PartyTaxScheme/cbc:CompanyID", self.seller, NAMES)
        self.payable = Decimal(self._text("cac:LegalMonetaryTotal/cbc:PayableAmount"))
        self.prepaid = Decimal(self._root.findtext("cac:LegalMonetaryTotal/cbc:PrepaidAmount", "0", NAMES))

    def _text(self, path: str) -> str:
        text = self._root.findtext(path, namespaces=NAMES)
        if not text:
            raise SystemExit(f"the invoice has no {path}")
        return text

    def entries(self):
        """(account, what it is, amount) of everything that the bill asks for, and of the advance that it nets."""
        for line in self._root.iterfind("cac:InvoiceLine", NAMES):
            name = line.findtext("cac:Item/cbc:Name", "", NAMES)
            net = Decimal(line.findtext("cbc:LineExtensionAmount", namespaces=NAMES))
            for charge in line.iterfind("cac:AllowanceCharge", NAMES):
                if charge.findtext("cbc:ChargeIndicator", namespaces=NAMES) == "true":
                    reason = charge.findtext("cbc:AllowanceChargeReason", "Premium", NAMES)
                    amount = Decimal(charge.findtext("cbc:Amount", namespaces=NAMES))
                    net -= amount
                    yield (ACCT_TYPE_EXPENSE, reason.replace(":", " -")), f"{name}: {reason}", amount
            yield (ACCT_TYPE_EXPENSE, "Goods bought"), name, net
        for part in self._root.iterfind("cac:TaxTotal/cac:TaxSubtotal", NAMES):
            rate = part.findtext("cac:TaxCategory/cbc:Percent", "0", NAMES)
            tax = Decimal(part.findtext("cbc:TaxAmount", namespaces=NAMES))
            if tax:
                yield (ACCT_TYPE_ASSET, "Tax recoverable"), f"Tax {rate} %", tax
        if self.prepaid:
            yield (ACCT_TYPE_ASSET, "Advances paid"), "Advance", -self.prepaid


class Book:
    """A GnuCash book, with what bills in one currency need."""

    def __init__(self, session: Session, currency: str) -> None:
        self.book = session.book
        self.currency = self.book.get_table().lookup("CURRENCY", currency)
        self.unit = self.currency.get_fraction()

    def account(self, kind: int, name: str) -> Account:
        root = self.book.get_root_account()
        name = f"{name} {self.currency.get_mnemonic()}"
        found = root.lookup_by_name(name)
        if found:
            return found
        made = Account(self.book)
        root.append_child(made)
        made.SetName(name)
        made.SetType(kind)
        made.SetCommodity(self.currency)
        return made

    def vendor(self, tax_id: str, name: str) -> Vendor:
        code = f"{tax_id}-{self.currency.get_mnemonic()}"
        found = self.book.VendorLookupByID(code)
        if found:
            return found
        made = Vendor(self.book, code, self.currency, name)
        made.GetAddr().SetName(name)
        return made

    def has_bill(self, number: str, vendor: Vendor) -> bool:
        query = Query()
        query.search_for("gncInvoice")
        query.set_book(self.book)
        bills = [Bill(instance=found) for found in query.run()]
        query.destroy()
        owners = [bill.GetOwner().GetID() for bill in bills if bill.GetID() == number]
        return vendor.GetID() in owners

    def amount(self, value: Decimal) -> GncNumeric:
        minor = value * self.unit
        if minor != int(minor):
            raise SystemExit(f"{value} has more places than the currency")
        return GncNumeric(int(minor), self.unit)

    def value(self, number: GncNumeric) -> Decimal:
        return Decimal(number.num()) / Decimal(number.denom())


def take_over(book: Book, invoice: Invoice, paid: bool) -> None:
    vendor = book.vendor(invoice.tax_id, invoice.seller)
    if book.has_bill(invoice.number, vendor):
        raise SystemExit(f"{invoice.number} of {invoice.seller} is in the book already")
    bill = Bill(book.book, invoice.number, book.currency, vendor, invoice.issued)
    bill.SetBillingID(invoice.order)
    for (kind, name), what, amount in invoice.entries():
        entry = Entry(book.book, bill, invoice.issued)
        entry.SetDescription(what)
        entry.SetQuantity(GncNumeric(1, 1))
        entry.SetBillAccount(book.account(kind, name))
        entry.SetBillPrice(book.amount(amount))
        entry.SetBillTaxable(False)
    total = book.value(bill.GetTotal())
    if total != invoice.payable:
        raise SystemExit(f"the bill comes to {total}, but {invoice.payable} is asked for")
    payable = book.account(ACCT_TYPE_PAYABLE, "Payables")
    bill.PostToAccount(payable, invoice.issued, invoice.due, invoice.number, True, False)
    if paid:
        bank = book.account(ACCT_TYPE_BANK, "Bank")
        # What is paid for a bill is below zero; above zero it would be owed twice.
        asked = book.amount(-invoice.payable)
        bill.ApplyPayment(None, bank, asked, GncNumeric(1, 1), invoice.due, invoice.number, "")
    owed = book.value(payable.GetBalance())
    print(f"{invoice.number} {total} {invoice.currency}, paid: {bill.IsPaid()}, payables: {owed}")


def main(path: str, *arguments: str) -> None:
    invoices = [Invoice(argument) for argument in arguments if argument != "--paid"]
    new = not Path(path).exists()
    mode = SessionOpenMode.SESSION_NEW_STORE if new else SessionOpenMode.SESSION_NORMAL_OPEN
    session = Session(f"xml://{Path(path).resolve()}", mode)
    try:
        for invoice in invoices:
            take_over(Book(session, invoice.currency), invoice, "--paid" in arguments)
        session.save()
    finally:
        session.end()
        session.destroy()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
