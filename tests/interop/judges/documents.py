"""The official rules accept every document of ours, and none of its twins."""

from judging import Judge, documents
from schemas import OUTSIDE_PEPPOL, Schematron, Xsd, en16931, peppol
from twins import CENT, add, drop, last, mark, say, twin, wrong_check_digit

PEPPOL = b"urn:fdc:peppol.eu:2017:poacc:billing:3.0<"
BILLING = ("Invoice", "CreditNote")
ORDERING = ("Order", "OrderResponse", "DespatchAdvice")

TOTALS = "//cac:LegalMonetaryTotal"
LINE = "(//cac:InvoiceLine | //cac:CreditNoteLine)"
TAX = "/*/cac:TaxTotal"
EN16931_TWINS = [
    ("a cent off with tax", f"{TOTALS}/cbc:TaxInclusiveAmount", add(CENT), "BR-CO-15"),
    ("a cent of tax off", f"{TAX}/cbc:TaxAmount", add(-CENT), "BR-CO-14"),
    ("a cent off to pay", f"{TOTALS}/cbc:PayableAmount", add(CENT), "BR-CO-16"),
    ("a cent off in a line", f"{LINE}/cbc:LineExtensionAmount", add(CENT), "BR-CO-10"),
    ("the unit m2", f"{LINE}/*[@unitCode]", mark("unitCode", "m2"), "BR-CL-23"),
    ("a rate of 20 %", f"{TAX}//cbc:Percent[. = 21]", say("20"), "BR-S-08"),
    ("a tax id without its country", "//cac:PartyTaxScheme/cbc:CompanyID", say("30500010912"), "BR-CO-09"),
    ("a seller without a name", "//cbc:RegistrationName", drop, "BR-06"),
]
PEPPOL_TWINS = [
    ("a GLN whose check digit is wrong", "//cbc:EndpointID[@schemeID='0088']", wrong_check_digit, "PEPPOL-COMMON-R040"),
    ("a line off by a tenth", f"{LINE}/cbc:LineExtensionAmount", add(10 * CENT), "PEPPOL-EN16931-R120"),
    ("a premium off by a tenth", "//cac:AllowanceCharge[cbc:BaseAmount]/cbc:Amount", add(10 * CENT), "PEPPOL-EN16931-R040"),
]
XSD_TWINS = [
    ("a number in the wrong place", "/*/cbc:ID", last),
    ("a date that is none", "/*/cbc:IssueDate", say("22/11/2026")),
]


def accepts(judge: Judge, rules: Xsd | Schematron, found: dict[str, bytes], what: str, but=frozenset()) -> None:
    broken = {name: set(rules.broken(xml)) - but for name, xml in found.items()}
    wrong = {name: ids for name, ids in broken.items() if ids}
    judge.check(f"accepts {len(found)} {what}", bool(found) and not wrong, wrong)


def refuses(judge: Judge, rules: Schematron, found: dict[str, bytes], twins: list) -> None:
    for what, path, change, rule in twins:
        changed = [twin(xml, path, change) for xml in found.values()]
        answers = [rules.broken(xml) for xml in changed if xml is not None]
        refused = [answer for answer in answers if rule in answer]
        judge.check(f"refuses {what} ({rule}) in all {len(answers)}", bool(refused) and refused == answers, answers)


def main() -> None:
    billing, ordering = documents(*BILLING), documents(*ORDERING)
    # Random documents show that ours are accepted; twins of the others are enough.
    varied = {name: xml for name, xml in billing.items() if not name.startswith("random")}
    xsd, cen, openpeppol = Xsd(), en16931(), peppol()
    with Judge(xsd.name) as judge:
        accepts(judge, xsd, billing, "invoices and credit notes")
        for root in ORDERING:
            accepts(judge, xsd, documents(root), f"{root} documents")
        for what, path, change in XSD_TWINS:
            found = [twin(xml, path, change) for xml in (varied | ordering).values()]
            judge.check(f"refuses {what} in all {len(found)}", all(xsd.broken(xml) for xml in found))

        judge.name = cen.name
        accepts(judge, cen, billing, "invoices and credit notes")
        refuses(judge, cen, varied, EN16931_TWINS)

        judge.name = openpeppol.name
        inside = {name: xml for name, xml in billing.items() if PEPPOL in xml}
        outside = {name: xml for name, xml in billing.items() if PEPPOL not in xml}
        accepts(judge, openpeppol, inside, "that say they are of Peppol")
        accepts(judge, openpeppol, outside, "others, but for their addresses", OUTSIDE_PEPPOL)
        refuses(judge, openpeppol, varied, PEPPOL_TWINS)


if __name__ == "__main__":
    main()
