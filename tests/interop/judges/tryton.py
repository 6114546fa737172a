"""Tryton, an accounting system, takes our invoices over: imported, checked against their totals, posted.

It keeps the books of whoever receives them. What it is told beforehand is what any books know: the buyer's own
tax ids, taxes with their UN/ECE codes, currencies, fiscal years.
"""

import os
from datetime import date
from decimal import Decimal

from judging import CACHE, WORK, Judge, documents, version
from twins import CENT, NAMES, add, twin

os.environ["DB_NAME"] = ":memory:"
os.environ["DB_CACHE"] = str(CACHE / "tryton")
configuration = WORK / "trytond.conf"
# A stage of a line can have a price per unit with more places than the four that are the default.
configuration.write_text("[database]\nuri = sqlite://\n\n[product]\nprice_decimal = 8\n")
os.environ["TRYTOND_CONFIG"] = str(configuration)

from lxml import etree  # noqa: E402
from proteus import Model  # noqa: E402
from proteus.config import get_config  # noqa: E402
from trytond.exceptions import UserError, UserWarning  # noqa: E402
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, create_tax, get_accounts  # noqa: E402
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences  # noqa: E402
from trytond.modules.company.tests.tools import create_company, get_company  # noqa: E402
from trytond.modules.currency.tests.tools import get_currency  # noqa: E402
from trytond.tests.tools import activate_modules  # noqa: E402

BUYER = "//cac:AccountingCustomerParty//cac:PartyTaxScheme/cbc:CompanyID/text()"
# By hand: 969.00 and 50.00 at 21 %, 490.00 at 10.5 %.
BY_HAND = {"ar-two-rates": ("1509.00", "265.44", "1774.44")}


def in_pesos(config=None) -> None:
    create_company(currency="ARS", config=config)


def found(billing: dict[str, bytes], path: str) -> set[str]:
    """Every text or attribute at that path of any document."""
    trees = [etree.fromstring(xml) for xml in billing.values()]
    return {str(one) for tree in trees for one in tree.xpath(path, namespaces=NAMES)}


def set_up(billing: dict[str, bytes]) -> None:
    """Books in pesos that know the buyers, the currencies, the taxes and the years of the documents."""
    activate_modules(["account_invoice", "purchase", "edocument_ubl"], in_pesos, create_chart)
    company = get_company()
    for tax_id in sorted(found(billing, BUYER)):
        company.party.identifiers.new(code=tax_id)
    company.party.save()
    for code in sorted(found(billing, "//cbc:DocumentCurrencyCode/text()")):
        currency = get_currency(code)
        # Any rate will do: what is compared is in the document's currency.
        currency.rates.new(date=date(2000, 1, 1), rate=Decimal(1) if code == "ARS" else Decimal("0.0125"))
        currency.save()
    for year in sorted({day[:4] for day in found(billing, "/*/cbc:IssueDate/text()")}):
        fiscal = set_fiscalyear_invoice_sequences(create_fiscalyear(today=date(int(year), 6, 1)))
        fiscal.click("create_period")
    for category in ("S", "Z", "E"):
        for percent in sorted(found(billing, f"//cac:TaxCategory[cbc:ID='{category}']/cbc:Percent/text()")):
            tax = create_tax(Decimal(percent) / 100)
            tax.unece_code, tax.unece_category_code = "VAT", category
            tax.save()
    settings = Model.get("account.configuration")(1)
    settings.default_category_account_expense = get_accounts()["expense"]
    settings.save()


def imported(xml: bytes):
    EInvoice, Invoice = Model.get("edocument.ubl.invoice"), Model.get("account.invoice")
    return Invoice(EInvoice.parse(xml, {**get_config().context, "company": None}))


def posted(xml: bytes):
    invoice = imported(xml)
    invoice.click("post")
    return invoice


def stated(xml: bytes) -> tuple[Decimal, Decimal, Decimal]:
    """Without tax, tax, and with it; a credit note's are below zero in the buyer's books."""
    document = etree.fromstring(xml)
    sign = -1 if document.tag.endswith("CreditNote") else 1
    paths = ("//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "/*/cac:TaxTotal/cbc:TaxAmount",
             "//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount")
    return tuple(sign * Decimal(document.xpath(path, namespaces=NAMES)[0].text) for path in paths)


def importable(billing: dict[str, bytes]) -> dict[str, bytes]:
    """Those whose buyer has a tax id, in units that Tryton comes with, to the places that it has for each."""
    places: dict[str, int] = {}
    for unit in Model.get("product.uom").find([]):
        places[unit.unece_code] = max(unit.digits, places.get(unit.unece_code, 0))

    def is_counted_there(quantity: etree._Element) -> bool:
        needed = max(0, -Decimal(quantity.text).normalize().as_tuple().exponent)
        return places.get(quantity.get("unitCode"), -1) >= needed

    chosen = {}
    for name, xml in billing.items():
        quantities = etree.fromstring(xml).xpath("//cbc:InvoicedQuantity | //cbc:CreditedQuantity", namespaces=NAMES)
        if found({name: xml}, BUYER) and all(map(is_counted_there, quantities)):
            chosen[name] = xml
    return chosen


def refusal(xml: bytes, kind: type[Exception]) -> str | None:
    try:
        posted(xml)
    except kind as error:
        return str(error)
    return None


def main() -> None:
    packages = version("trytond", "trytond-account-invoice", "trytond-edocument-ubl")
    with Judge(f"Tryton ({packages})") as judge:
        billing = documents("Invoice", "CreditNote")
        billing = {name: xml for name, xml in billing.items() if not name.startswith("random")}
        set_up(billing)
        for name, xml in importable(billing).items():
            invoice = posted(xml)
            amounts = (invoice.untaxed_amount, invoice.tax_amount, invoice.total_amount)
            moves = sum(line.debit - line.credit for line in invoice.move.lines)
            right = invoice.state == "posted" and amounts == stated(xml) and moves == 0
            judge.check(f"posts {name}: {amounts[0]} + {amounts[1]} = {amounts[2]}", right, (invoice.state, stated(xml)))
            if name not in BY_HAND:
                continue
            judge.check(f"{name} is what was computed by hand", tuple(map(str, amounts)) == BY_HAND[name], amounts)
            debits = sorted(line.debit for line in invoice.move.lines if line.debit)
            judge.check("books its lines and taxes", debits == sorted(map(Decimal, ("969", "490", "50", "213.99", "51.45"))), debits)
            answer = refusal(xml, UserWarning)
            judge.check(f"refuses {name} a second time", answer is not None and "similar" in answer.lower(), answer)
            cent = twin(xml, "//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", add(CENT))
            other = twin(cent, "/*/cbc:ID", lambda element: setattr(element, "text", "INV-2026-999999"))
            answer = refusal(other, UserError)
            judge.check(f"refuses {name} with a cent more", answer is not None and "1509.01" in answer, answer)


if __name__ == "__main__":
    main()
