"""What a server issued, kept for the judges of documents and of pages: invoices and credit notes as the co-operative's
machine takes them, the documents of ordering as the union's does.
"""

import os
from pathlib import Path

from judging import DOCUMENTS, Judge
from month.month import Caller, pages

PAGES = Path(os.environ["INTEROP_PAGES"])
ORDERING = ("Order", "OrderResponse", "DespatchAdvice")


def keep_billing(judge: Judge, cooperative: Caller) -> None:
    kinds, payers = set(), set()
    for one in pages(cooperative.invoices.invoices_list, limit=100):
        xml = cooperative.xml(one)
        judge.check(f"{one.reference} is a UBL document", xml is not None)
        if xml is None:
            continue
        kinds.add(one.kind)
        payers.add(one.account)
        for folder in (DOCUMENTS, PAGES):
            (folder / f"server-{one.reference}.xml").write_bytes(xml)
        for language in ("es", "en", "pt"):
            (PAGES / f"server-{one.reference}.{language}.pdf").write_bytes(cooperative.page(one, language))
    found = kinds | payers
    judge.check("buyers and a solidarity fund were billed and credited", found == {"invoice", "credit_note", "buyer", "fund"}, found)


def ordering_documents(union: Caller) -> dict[str, bytes]:
    """Orders, order responses and despatch advices, by names for their files."""
    found = {}
    asks = {"_headers": {"Accept": "application/xml"}}
    for order in pages(union.orders.purchase_orders_list, limit=100):
        answer = union.orders.purchase_orders_get_without_preload_content(order.id, **asks)
        found[f"{order.reference}-{order.id}"] = answer.read()
        answer = union.orders.purchase_orders_response_without_preload_content(order.id)
        found[f"{order.reference}-{order.id}-response"] = answer.read()
    for despatch in pages(union.deliveries.despatches_list, limit=100):
        answer = union.deliveries.despatches_get_without_preload_content(despatch.id, **asks)
        found[f"{despatch.reference}-{despatch.id}"] = answer.read()
    return found


def keep_ordering(judge: Judge, union: Caller) -> None:
    documents = ordering_documents(union)
    for name, xml in documents.items():
        (DOCUMENTS / f"server-{name}.xml").write_bytes(xml)
    roots = [sum(f":{root}-2\"".encode() in xml[:400] for xml in documents.values()) for root in ORDERING]
    what = ", ".join(f"{count} {root}" for count, root in zip(roots, ORDERING, strict=True))
    whole = all(roots) and sum(roots) == len(documents)
    judge.check(f"the union's machine took over {what}", whole, list(documents))


def keep(judge: Judge, cooperative: Caller, union: Caller) -> None:
    keep_billing(judge, cooperative)
    keep_ordering(judge, union)
