"""A delivery that proves bad in part: a co-operative sends, a union's buyer receives, the treasurer bills; what breaks in
use is credited. All of it by the generated client.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import minga_client as generated
from judging import Judge
from lxml import etree
from month.month import PREMIUM, Caller, key, moved, pages, stated
from twins import NAMES

BROKEN = Decimal(36)
REASONS = "//cac:AllowanceCharge[cbc:ChargeIndicator='true']/cbc:AllowanceChargeReason"


def send(seller: Caller, order, stage):
    """Everything that a stage waits for, on its way."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for part in stage.parts:
        wanted[part.line] += Decimal(part.quantity) - Decimal(part.despatched)
    lines = [generated.DespatchLineText(line=line, quantity=str(quantity)) for line, quantity in wanted.items()]
    goods = generated.NewDespatchText(stage_id=stage.id, despatched_on=date.today(), lines=lines)
    return seller.deliveries.despatches_advise(order.id, key(), goods)


def receive(buyer: Caller, despatch):
    """All of it is as it should be."""
    lines = [
        generated.ReceivedText(line=part.line, accepted=part.quantity, rejected="0", short="0")
        for part in despatch.parts
    ]
    came = generated.NewReceiptText(received_on=date.today(), lines=lines)
    return buyer.deliveries.receipts_record(despatch.id, key(), came)


def credit(buyer: Caller, seller: Caller, receipt):
    """Some of it breaks in use, and is not made again."""
    line = receipt.lines[0].line
    defect = generated.NewClaim(line=line, quantity=str(BROKEN), reason="The seams came open in the first wash.")
    claim = buyer.deliveries.claims_claim_defect_with_http_info(receipt.id, key(), defect)
    tag = {name.lower(): value for name, value in claim.headers.items()}["etag"]
    return seller.deliveries.claims_refuse_remake(claim.data.id, tag, key())


def judge_documents(judge: Judge, union: Caller, documents: list) -> None:
    """The invoice and its credit note, to the cent in the union's book."""
    booked = {one.document: one for one in union.entries()}
    for sign, one in zip((1, -1), documents, strict=True):
        xml, entry = union.xml(one), booked[one.reference]
        said = stated(xml)
        wrong = {account: moved(entry, account) for account in said if moved(entry, account) != sign * said[account]}
        judge.check(f"{one.reference}, {one.kind}, is booked as its document says", not wrong, (wrong, said))
        purposes = {reason.text for reason in etree.fromstring(xml).xpath(REASONS, namespaces=NAMES)}
        accounts = {posting.account for posting in entry.postings if posting.account.startswith(PREMIUM)}
        judge.check(
            f"the {len(purposes)} purposes of its premium are apart in both",
            len(purposes) == len(accounts) > 1,
            (purposes, accounts),
        )


def tell(judge: Judge, seller: Caller, treasurer: Caller, buyer: Caller, union: Caller) -> None:
    """One order of the union from that seller, from despatch to credit note."""
    orders = [one for one in pages(seller.orders.purchase_orders_list, limit=100) if one.status == "accepted"]
    judge.check("one order waits for its goods", len(orders) == 1, orders)
    order = orders[0]
    stages = seller.deliveries.schedule_get(order.id).stages
    receipts = [receive(buyer, send(seller, order, stage)) for stage in stages]
    treasurer.invoices.invoices_bill(order.id, key())
    claim = credit(buyer, seller, receipts[0])
    judge.check("what is not made again is credited", claim.status == "credited", claim)
    documents = list(pages(union.invoices.invoices_list, purchase_order_id=order.id, limit=100))
    kinds = [one.kind for one in documents]
    judge.check("an invoice and a credit note came of it", kinds == ["invoice", "credit_note"], kinds)
    judge_documents(judge, union, documents)
