"""Documents that are right but for one thing."""

from collections.abc import Callable
from decimal import Decimal

from lxml import etree

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
Change = Callable[[etree._Element], None]
CENT = Decimal("0.01")


def twin(xml: bytes, path: str, change: Change) -> bytes | None:
    """The document with the first element at `path` changed; None where it has none."""
    document = etree.fromstring(xml)
    found = document.xpath(path, namespaces=NAMES)
    if not found:
        return None
    change(found[0])
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def add(amount: Decimal) -> Change:
    def change(element: etree._Element) -> None:
        element.text = str(Decimal(element.text) + amount)

    return change


def say(text: str) -> Change:
    def change(element: etree._Element) -> None:
        element.text = text

    return change


def mark(attribute: str, value: str) -> Change:
    return lambda element: element.set(attribute, value)


def wrong_check_digit(element: etree._Element) -> None:
    element.text = element.text[:-1] + str((int(element.text[-1]) + 1) % 10)


def last(element: etree._Element) -> None:
    """Puts an element behind its siblings, where no schema has it."""
    element.getparent().append(element)


def drop(element: etree._Element) -> None:
    element.getparent().remove(element)
