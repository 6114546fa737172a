"""Pages of documents are PDF/A-3 that others read: whole, tagged, with the very document inside and its total on the page.
A page with another file inside, without one, without tags or cut short is refused. The QR code of an authorised invoice
is read from its picture."""

import os
import re
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pikepdf
import zxingcpp
from judging import WORK, Judge, version
from lxml import etree
from PIL import Image
from twins import CENT, NAMES

LANGUAGES = ("es", "en", "pt")
PAGES = Path(os.environ["INTEROP_PAGES"])
TOTALS = "//cac:LegalMonetaryTotal/cbc:PayableAmount | //cac:AnticipatedMonetaryTotal/cbc:PayableAmount"
LINK = "//cac:AdditionalDocumentReference[starts-with(cbc:ID, 'CAE ')]//cbc:URI"
Twin = Callable[[pikepdf.Pdf], None]


def run(*command: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def tool(name: str, *asks: str) -> str:
    said = run(name, *asks)
    return re.search(r"version (\S+)", said.stdout + said.stderr).group(1)


def written(amount: Decimal, language: str) -> str:
    """An amount as a reader of the language writes it."""
    text = f"{amount:,}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def found_inside(page: Path) -> list[bytes]:
    folder = WORK / "inside"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    run("pdfdetach", "-saveall", "-o", folder, page)
    return [file.read_bytes() for file in sorted(folder.iterdir())]


def total(document: bytes) -> Decimal | None:
    """What a UBL document comes to; none of anything else."""
    if not document.startswith(b"<?xml"):
        return None
    found = etree.fromstring(document).xpath(TOTALS, namespaces=NAMES)
    return Decimal(found[0].text) if found else None


def link(document: bytes) -> str | None:
    """Where the QR code of a document leads; none without an authority's code."""
    if not document.startswith(b"<?xml"):
        return None
    found = etree.fromstring(document).xpath(LINK, namespaces=NAMES)
    return found[0].text if found else None


def codes(page: Path) -> list[str]:
    """What the QR codes say that a camera finds on a page."""
    for old in WORK.glob("seen-*.png"):
        old.unlink()
    run("pdftoppm", "-r", "150", "-png", page, WORK / "seen")
    seen = [Image.open(picture) for picture in sorted(WORK.glob("seen-*.png"))]
    return [code.text for picture in seen for code in zxingcpp.read_barcodes(picture)]


def declared(page: Path, language: str, xml: bool) -> list[str]:
    """What the page's catalogue says wrongly of it."""
    with pikepdf.open(page) as pdf:
        said = pdf.open_metadata()
        files = pdf.Root.get("/AF") or []
        what = [(str(one.AFRelationship), str(one.EF.F.get("/Subtype"))) for one in files]
        wanted = ("/Alternative", "/application/xml") if xml else ("/Data", "/application/json")
        holds = {
            "PDF/A-3a": (said.get("pdfaid:part"), said.get("pdfaid:conformance")) == ("3", "A"),
            "the language": str(pdf.Root.get("/Lang")) == language,
            "the file's relationship": what == [wanted],
            "the output intent": "/OutputIntents" in pdf.Root,
        }
    return [what for what, held in holds.items() if not held]


def wrong(page: Path, language: str, document: bytes) -> list[str]:
    """Everything that is not as it should be with a page, in a few words each."""
    if run("qpdf", "--check", page).returncode:
        return ["qpdf"]
    found = declared(page, language, document.startswith(b"<?xml"))
    about = run("pdfinfo", page).stdout
    if not re.search(r"^Tagged: +yes$", about, re.M):
        found.append("no tags")
    if found_inside(page) != [document]:
        found.append("the file inside")
    amount = total(document)
    if amount is not None:
        shown = " ".join(run("pdftotext", "-layout", page, "-").stdout.split())
        if written(amount, language) not in shown:
            found.append("the total")
    leads = link(document)
    if leads is not None and codes(page) != [leads]:
        found.append("the QR code")
    return found


def other_file(pdf: pikepdf.Pdf) -> None:
    stream = pdf.Root.AF[0].EF.F
    stream.write(stream.read_bytes()[:-1] + b" ")


def no_file(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AF
    del pdf.Root.Names.EmbeddedFiles


def no_tags(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.MarkInfo


def other_language(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = pikepdf.String("fr")


def not_archival(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


TWINS: list[tuple[str, Twin, str]] = [
    ("one byte of the file inside changed", other_file, "the file inside"),
    ("no file inside", no_file, "the file inside"),
    ("no tags", no_tags, "no tags"),
    ("another language", other_language, "the language"),
    ("no claim to be PDF/A", not_archival, "PDF/A-3a"),
]


def cent_off(document: bytes) -> bytes:
    """The document with a cent more to pay."""
    tree = etree.fromstring(document)
    amount = tree.xpath(TOTALS, namespaces=NAMES)[0]
    amount.text = str(Decimal(amount.text) + CENT)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def other_code(document: bytes) -> bytes:
    """The document with another last digit of its link."""
    tree = etree.fromstring(document)
    uri = tree.xpath(LINK, namespaces=NAMES)[0]
    uri.text = uri.text[:-1] + ("A" if uri.text[-1] != "A" else "B")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def judge_twins(judge: Judge, page: Path, language: str, document: bytes) -> None:
    other = WORK / "twin.pdf"
    for what, change, why in TWINS:
        with pikepdf.open(page) as pdf:
            change(pdf)
            pdf.save(other)
        found = wrong(other, language, document)
        judge.check(f"refuses {page.stem} with {what}", why in found, found)
    other.write_bytes(page.read_bytes()[:-2000])
    judge.check(f"refuses {page.stem} cut short", wrong(other, language, document) == ["qpdf"])
    if total(document) is not None:
        found = wrong(page, language, cent_off(document))
        judge.check(f"refuses {page.stem} beside a document of a cent more", "the total" in found, found)


def main() -> None:
    tools = f"qpdf {tool('qpdf', '--version')}, poppler {tool('pdfinfo', '-v')}, {version('pikepdf')}, {version('zxing-cpp')}"
    with Judge(tools) as judge:
        twins, coded = set(), 0
        for inside in sorted([*PAGES.glob("*.xml"), *PAGES.glob("*.json")]):
            document = inside.read_bytes()
            for language in LANGUAGES:
                page = inside.with_suffix(f".{language}.pdf")
                if not page.exists():
                    judge.check(f"finds {page.name}", False)
                    continue
                found = wrong(page, language, document)
                judge.check(f"accepts {page.stem}", not found, found)
            if link(document):
                coded += 1
                page = inside.with_suffix(".es.pdf")
                found = wrong(page, "es", other_code(document))
                judge.check(f"refuses {page.stem} beside a document with another code", "the QR code" in found, found)
            kind = etree.QName(etree.fromstring(document)).localname if inside.suffix == ".xml" else "explanation"
            if kind not in twins:
                twins.add(kind)
                judge_twins(judge, inside.with_suffix(".es.pdf"), "es", document)
        judge.check("saw an invoice, a credit note, an order and an explanation", len(twins) == 4, twins)
        judge.check(f"read the QR codes of {coded} documents", coded > 0)


if __name__ == "__main__":
    main()
