"""A union's accountant closes the month, by a client that was generated from the OpenAPI document.

An admin registers a machine; it comes by Authlib's client credentials, takes the changes, the journal and the invoices
over, checks orders against receipts against invoices, locks the month and takes the journal again.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import minga_client as generated
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwk, jwt
from judging import Judge
from lxml import etree
from minga_client.exceptions import ApiException
from twins import NAMES

SCOPES = ["accounting:read", "accounting:write", "deliveries:read", "events:read", "orders:read"]
FILES = {
    "journal.journal": "hledger",
    "journal.beancount": "beancount",
    "journal.csv": "csv",
    "journal.csv.rules": "csv-rules",
    "gnucash.csv": "gnucash",
    "gnucash-accounts.csv": "gnucash-accounts",
    "payments.ofx": "ofx",
}
# What an invoice leaves on which account of a union's book.
GOODS, FREIGHT, TAX, PREMIUM = "goods_bought", "freight_bought", "tax_recoverable", "premium_paid_"
PATIENCE_SECONDS = 30
_acts = count(1)


def key() -> str:
    """An Idempotency-Key of its own."""
    return f"month-{time.time_ns()}-{next(_acts)}"


def refusal(act: Callable[[], object]) -> tuple[int, str]:
    """Status and code of a refusal; (0, "") where it is none."""
    try:
        act()
    except ApiException as refused:
        return refused.status, json.loads(refused.body)["code"]
    return 0, ""


class Caller:
    """The generated client with a token."""

    def __init__(self, base: str, token: str | None) -> None:
        self.base, self.token = base, token
        client = generated.ApiClient(generated.Configuration(host=base, access_token=token))
        self.access, self.machines = generated.AccessApi(client), generated.MachinesApi(client)
        self.books, self.invoices = generated.BooksApi(client), generated.InvoicesApi(client)
        self.deliveries, self.orders = generated.DeliveriesApi(client), generated.PurchaseOrdersApi(client)
        self.changes = generated.ChangesApi(client)
        self.reports = generated.ReportsApi(client)

    def entries(self, **wanted) -> list:
        return list(pages(self.books.journal_entries_list, limit=3, **wanted))

    def file(self, form: str, **wanted) -> bytes:
        answer = self.books.journal_file_without_preload_content(form, **wanted)
        return answer.read()

    def xml(self, invoice) -> bytes | None:
        """The invoice as it was issued."""
        answer = self.invoices.invoices_get_without_preload_content(invoice.id, _headers={"Accept": "application/xml"})
        body = answer.read()
        return body if answer.status == 200 else None

    def page(self, invoice, language: str) -> bytes:
        """The invoice as people file it."""
        wanted = {"Accept": "application/pdf", "Accept-Language": language}
        return self.invoices.invoices_get_without_preload_content(invoice.id, _headers=wanted).read()

    def pay(self, invoice, amount: str, on: date, reference: str):
        """Records, as whoever was paid, that the invoice was paid in part."""
        present = self.invoices.invoices_get_with_http_info(invoice.id)
        tag = {name.lower(): value for name, value in present.headers.items()}["etag"]
        payment = generated.PaymentText(
            amount=generated.MoneyText(amount=amount, currency=invoice.currency), bank_reference=reference, paid_on=on
        )
        return self.invoices.invoices_settle(invoice.id, tag, key(), payment)


def pages(listed: Callable, **wanted) -> Iterator:
    cursor = None
    while True:
        page = listed(cursor=cursor, **wanted)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def person(base: str, email: str, password: str) -> Caller:
    pair = Caller(base, None).access.auth_login(generated.Login(email=email, password=password))
    return Caller(base, pair.access_token)


def registered(admin: Caller, scopes: list[str], roles: list[str]):
    machine = generated.Register(
        name="Accounting", scopes=scopes, roles=roles, expires_on=date.today() + timedelta(days=30)
    )
    return admin.machines.clients_register(key(), machine)


def token(base: str, machine, secret: str | None = None) -> tuple[str, dict]:
    """A token by client credentials, as Authlib gets it from what the server says of itself, with its claims: signed
    by a published key, for this API and this machine, not over."""
    found = requests.get(f"{base}/.well-known/oauth-authorization-server", timeout=30).json()
    metadata = AuthorizationServerMetadata(found)
    metadata.validate()
    session = OAuth2Session(str(machine.id), secret or machine.client_secret)
    got = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")["access_token"]
    keys = jwk.KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
    decoded = jwt.decode(got, keys, algorithms=["ES256"])
    if decoded.header["typ"] != "at+jwt":
        raise SystemExit(f"the token's type is {decoded.header['typ']}")
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": base},
        aud={"essential": True, "value": "minga-api"},
        client_id={"essential": True, "value": str(machine.id)},
        exp={"essential": True},
    )
    registry.validate(decoded.claims)
    return got, decoded.claims


def machine(base: str, admin: Caller, roles: list[str]) -> Caller:
    return Caller(base, token(base, registered(admin, SCOPES, roles))[0])


def feed(it: Caller, after: str | None) -> tuple[list, str | None]:
    """The changes after a cursor, and where to go on."""
    found = []
    while True:
        page = it.changes.changes_list(after=after, limit=7)
        found += page.items
        after = page.next
        if not page.more:
            return found, after


def awaited(it: Caller, after: str | None, kind: str) -> tuple[list, str | None]:
    """The changes up to the first of a kind: one shows up within some seconds."""
    found, until = [], time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        more, after = feed(it, after)
        found += more
        if any(change.type == kind for change in found):
            return found, after
        time.sleep(0.2)
    return found, after


def sums(entry) -> dict[str, Decimal]:
    """What an entry comes to in each currency: debits less credits."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for posting in entry.postings:
        found[posting.currency] += Decimal(posting.debit) - Decimal(posting.credit)
    return found


def moved(entry, account: str) -> Decimal:
    """What an entry debits, less what it credits, to accounts whose names begin so."""
    own = [one for one in entry.postings if one.account.startswith(account)]
    return sum((Decimal(one.debit) - Decimal(one.credit) for one in own), Decimal(0))


def stated(xml: bytes) -> dict[str, Decimal]:
    """What the document itself says: goods, freight, tax and premium."""
    document = etree.fromstring(xml)

    def total(path: str) -> Decimal:
        return sum((Decimal(one.text) for one in document.xpath(path, namespaces=NAMES)), Decimal(0))

    line = "(//cac:InvoiceLine | //cac:CreditNoteLine)"
    premium = total(f"{line}/cac:AllowanceCharge[cbc:ChargeIndicator='true']/cbc:Amount")
    freight = total(f"{line}[substring-after(cbc:ID, '-') = 'F']/cbc:LineExtensionAmount")
    net = total("//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount")
    tax = total("/*/cac:TaxTotal/cbc:TaxAmount")
    return {GOODS: net - freight - premium, FREIGHT: freight, TAX: tax, PREMIUM: premium}


def judge_access(judge: Judge, base: str, admin: Caller) -> Caller:
    """The machine; those that must not come in do not."""
    one = registered(admin, SCOPES, ["accountant"])
    got, claims = token(base, one)
    it = Caller(base, got)
    judge.check("Authlib's token, of a published key, has the scopes", claims["scope"].split() == SCOPES, claims)
    try:
        token(base, one, "wrong")
        judge.check("a wrong secret gets no token", False)
    except OAuthError as refused:
        judge.check("a wrong secret gets no token", refused.error == "invalid_client", refused.error)
    narrow = Caller(base, token(base, registered(admin, ["orders:read"], []))[0])
    said = refusal(lambda: narrow.invoices.invoices_list())
    judge.check("a machine without the scope reads no invoice", said == (403, "insufficient_scope"), said)
    said = refusal(lambda: it.machines.clients_list())
    judge.check("machines are for people", said == (403, "people_only"), said)
    return it


def judge_journal(judge: Judge, it: Caller) -> None:
    entries = it.entries()
    unbalanced = [str(one.id) for one in entries if any(sums(one).values())]
    judge.check(f"debit is credit in each currency of {len(entries)} entries", bool(entries) and not unbalanced, unbalanced)
    table = it.file("csv").decode()
    judge.check("the table has the ids of all of them", all(str(one.id) in table for one in entries))
    invoices = list(pages(it.invoices.invoices_list, limit=2))
    by_document = {one.document: one for one in entries if one.kind == "invoice"}
    wrong, premiums = [], 0
    for invoice in invoices:
        xml, entry = it.xml(invoice), by_document[invoice.reference]
        said = stated(xml)
        booked = {account: moved(entry, account) for account in said}
        premiums += said[PREMIUM] > 0
        if booked != said:
            wrong.append((invoice.reference, booked, said))
    judge.check(f"goods, freight, tax and premium of {len(invoices)} UBL invoices are booked apart", bool(invoices) and not wrong, wrong)
    judge.check("the premium stands in lines of its own", premiums == len(invoices), premiums)
    advances = [one for one in entries if one.kind == "advance"]
    judge.check("advances are on their own account", bool(advances) and all(moved(one, "advances_paid") for one in advances))


def judge_matching(judge: Judge, it: Caller, cooperative: Caller) -> None:
    """Order, receipt, invoice: by the figures of each, added up here. Payers of a pool pay by their ability, so that
    only all invoices together come to the order."""
    own = list(pages(it.invoices.invoices_list, limit=100))
    wrong = []
    for invoice in own:
        received: dict[int, Decimal] = defaultdict(Decimal)
        for receipt in pages(it.deliveries.receipts_list, purchase_order_id=invoice.purchase_order_id, limit=100):
            if receipt.branch_id == invoice.payer_id:
                for line in receipt.lines:
                    received[line.line] += Decimal(line.accepted)
        for line in invoice.lines:
            if Decimal(line.quantity) != received[line.line]:
                wrong.append(f"{invoice.reference}: {line.quantity} of {received[line.line]}")
    judge.check("what is invoiced was accepted, in every line", bool(own) and not wrong, wrong)
    wrong = []
    for ordered in {invoice.purchase_order_id for invoice in own}:
        totals = cooperative.orders.purchase_orders_get(ordered).totals
        all_of_it = list(pages(cooperative.invoices.invoices_list, purchase_order_id=ordered, limit=100))
        for part in ("goods", "freight"):
            invoiced = sum(Decimal(getattr(one.totals, part)) for one in all_of_it)
            if invoiced != Decimal(getattr(totals, part)):
                wrong.append(f"{part}: {invoiced} of {getattr(totals, part)}")
    judge.check("the invoices of an order come to what was ordered", not wrong, wrong)


def judge_reports(judge: Judge, it: Caller) -> None:
    rows = it.reports.reports_reconciliation().rows
    off = [row for row in rows if Decimal(row.difference)]
    judge.check(f"the reconciliation is zero in {len(rows)} rows", bool(rows) and not off, off)
    year = date.today().year
    postings = [one for entry in it.entries() for one in entry.postings if one.account == "bank"]
    paid = sum((Decimal(one.credit) - Decimal(one.debit) for one in postings), Decimal(0))
    for what, threshold in [("by the usual threshold", None), ("by one that nobody reaches", "999999999999")]:
        report = it.reports.reports_payees(year, threshold=threshold)
        total = sum((Decimal(one.total) for one in [*report.payees, *report.others]), Decimal(0))
        named = bool(report.payees) == (threshold is None)
        judge.check(f"the payees {what} come to what the bank paid, {paid}", named and total == paid > 0, report)


def months() -> tuple[str, date]:
    """The month before this one, and its last day."""
    end = date.today().replace(day=1) - timedelta(days=1)
    return f"{end:%Y-%m}", end


def judge_lock(judge: Judge, it: Caller, cooperative: Caller, cursor: str | None) -> None:
    """The month is closed; what comes later for it is booked in the open one."""
    month, day = months()
    this = f"{date.today():%Y-%m}"
    invoice = next(pages(it.invoices.invoices_list, limit=1))
    theirs = cooperative.invoices.invoices_get(invoice.id)
    cooperative.pay(theirs, "10.00", day, f"LATE-1-{invoice.reference}")
    news, after = awaited(it, cursor, "payment.recorded")
    again, _ = awaited(it, cursor, "payment.recorded")
    judge.check("from its cursor the feed has the payment", any(one.type == "payment.recorded" for one in news), news)
    judge.check("and nothing twice", [one.id for one in news] == [one.id for one in again][: len(news)])
    before = [one.id for one in it.entries(to=month)]
    judge.check("the payment is booked in its month", len(before) == 1, before)
    said = refusal(lambda: it.books.book_periods_lock(this, key()))
    judge.check("a month that is not over is not locked", said == (409, "period_not_over"), said)
    it.books.book_periods_lock(month, key())
    said = refusal(lambda: it.books.book_periods_lock(month, key()))
    judge.check("nor is one twice", said == (409, "period_locked"), said)
    wanted = {"hledger": {}, "beancount": {}, "csv": {}, "gnucash": {}, "ofx": {"currency": invoice.currency}}
    files = {form: it.file(form, to=month, **more) for form, more in wanted.items()}
    cooperative.pay(theirs, "20.00", day, f"LATE-2-{invoice.reference}")
    late = [one for one in it.entries() if one.document == f"LATE-2-{invoice.reference}"]
    shown = [(f"{one.booked_on:%Y-%m}", one.period, one.document_date) for one in late]
    judge.check("what is dated in it is booked in the open month", shown == [(this, this, day)], shown)
    judge.check("the locked month keeps its entries", [one.id for one in it.entries(to=month)] == before)
    changed = [form for form, text in files.items() if it.file(form, to=month, **wanted[form]) != text]
    judge.check(f"its {len(files)} files are the same to the byte", not changed, changed)
    judge.check("a file of the open month is another", it.file("csv") != files["csv"])


def tell(judge: Judge, base: str, admin: Caller, cooperative: Caller) -> Caller:
    """The whole month; gives the machine."""
    it = judge_access(judge, base, admin)
    found, cursor = awaited(it, None, "invoice.issued")
    references = {one.reference for one in found if one.type == "invoice.issued"}
    own = {one.reference for one in pages(it.invoices.invoices_list, limit=100)}
    judge.check(f"the feed of {len(found)} changes has the union's invoices", own <= references, (own, references))
    judge_journal(judge, it)
    judge_matching(judge, it, cooperative)
    judge_reports(judge, it)
    judge_lock(judge, it, cooperative, cursor)
    return it
