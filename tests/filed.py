"""Real files of every format, made here: each a function from words to bytes."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from xml.sax.saxutils import escape

Placed = tuple[int, int, int, str]
"""Words on a page: x, y and size in points, and the words."""


def zipped(members: Mapping[str, str | bytes], *, stored: Iterable[str] = ()) -> bytes:
    """A ZIP file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, kind)
    return made.getvalue()


def pdf(
    pages: Sequence[Sequence[Placed]], *, title: str = "", locked: bool = False, width: int = 595
) -> bytes:
    """A PDF of words in Helvetica; `locked` asks for a password that nobody has."""
    drawn = [
        "BT\n"
        + "".join(
            f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({_in_pdf(words)}) Tj\n"
            for x, y, size, words in page
        )
        + "ET"
        for page in pages
    ]
    return _pdf([text.encode("cp1252") for text in drawn], title=title, locked=locked, width=width)


def pictured(width: int, height: int, grey: bytes) -> bytes:
    """A PDF of one page that is a picture, a byte a point from the top left."""
    drawn = f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode()
    return _pdf([drawn], picture=(width, height, grey), width=width, height=height)


def _pdf(
    drawn: Sequence[bytes],
    *,
    title: str = "",
    locked: bool = False,
    width: int = 595,
    height: int = 842,
    picture: tuple[int, int, bytes] | None = None,
) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", font]
    objects.append(f"<< /Title ({_in_pdf(title)}) >>".encode("cp1252"))
    objects.append(
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b") >>"
    )
    resources = b"/Font << /F1 3 0 R >>"
    if picture:
        wide, high, grey = picture
        objects.append(
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray"
            b" /BitsPerComponent 8 /Length %d >>\nstream\n%s\nendstream"
            % (wide, high, len(grey), grey)
        )
        resources += b" /XObject << /Im 6 0 R >>"
    kids = []
    for each in drawn:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(each), each))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << %s >>"
            b" /Contents %d 0 R >>" % (width, height, resources, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    at = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b" /Encrypt 5 0 R /ID [(1) (1)]" if locked else b""
    made += b"trailer << /Size %d /Root 1 0 R /Info 4 0 R%s >>\n" % (len(objects) + 1, lock)
    return bytes(made + b"startxref\n%d\n%%%%EOF" % at)


def _in_pdf(words: str) -> str:
    return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def column(lines: Sequence[str], *, x: int = 50, top: int = 700, size: int = 11) -> list[Placed]:
    """Lines below one another."""
    return [(x, top - at * (size + 3), size, line) for at, line in enumerate(lines)]


def docx(
    paragraphs: Sequence[str],
    *,
    rows: Sequence[Sequence[str]] = (),
    head: str = "",
    title: str = "",
    created: datetime | None = None,
) -> bytes:
    """A Word document; the first of its rows in bold or repeated on each page, as `head` says."""
    import docx
    from docx.oxml import OxmlElement

    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
        for cell in table.rows[0].cells if head == "bold" else ():
            cell.paragraphs[0].runs[0].bold = True
        if head == "repeated":
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.core_properties.title = title
    if created:
        document.core_properties.created = created
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt(blocks: str, *, title: str = "", created: str = "", locked: bool = False) -> bytes:
    """An OpenDocument text of some mark-up such as `<text:p>...</text:p>`."""
    spaces = (
        f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" '
        f'xmlns:table="{_ODF}:table:1.0" xmlns:meta="{_ODF}:meta:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    about = f"<dc:title>{title}</dc:title><meta:creation-date>{created}</meta:creation-date>"
    lock = "<manifest:encryption-data/>" if locked else ""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>{blocks}"
            "</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {spaces}><office:meta>{about}"
            "</office:meta></office:document-meta>",
            "META-INF/manifest.xml": f"<manifest>{lock}</manifest>",
        },
        stored=["mimetype"],
    )


def epub(chapters: Mapping[str, str], *, title: str = "Buku", locked: Iterable[str] = ()) -> bytes:
    """A book: the title of each chapter and its mark-up."""
    items = "".join(
        f'<item id="c{n}" href="c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    pages = {
        f"OEBPS/c {n}.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title>'
        f"</head><body><h1>{escape(name)}</h1>{body}</body></html>"
        for n, (name, body) in enumerate(chapters.items())
    }
    keys = "".join(
        f'<EncryptedData><CipherData><CipherReference URI="{name}"/></CipherData></EncryptedData>'
        for name in locked
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
            'container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "META-INF/encryption.xml": f"<encryption>{keys}</encryption>",
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            f"<dc:title>{title}</dc:title><dc:publisher>Penerbit Uji</dc:publisher>"
            "<dc:date>2021-05-04T00:00:00Z</dc:date><dc:language>id-ID</dc:language></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
            **pages,
        },
        stored=["mimetype"],
    )


def rtf(paragraphs: Sequence[str], *, title: str = "") -> bytes:
    """Rich text."""
    body = "\\par\n".join("".join(map(_in_rtf, words)) for words in paragraphs)
    info = f"{{\\info{{\\title {title}}}{{\\creatim\\yr2022\\mo1\\dy30}}}}"
    return f"{{\\rtf1\\ansi\\ansicpg1252{info}\n{body}\\par}}".encode("ascii")


def _in_rtf(character: str) -> str:
    if character.isascii():
        return character
    code = ord(character)
    return f"\\u{code}?" if code > 255 else f"\\'{code:x}"


def eml(
    body: str,
    *,
    page: str = "",
    subject: str = "Rapat",
    sender: str = "Ani Wijaya <ani@contoh.id>",
    day: str = "Sun, 30 Jan 2022 23:30:00 +0700",
    attached: Mapping[str, bytes] | None = None,
) -> bytes:
    """A mail."""
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = subject, sender, day
    message.set_content(body)
    if page:
        message.add_alternative(page, subtype="html")
    for name, data in (attached or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def mbox(mails: Iterable[bytes]) -> bytes:
    """A folder of mail."""
    return b"".join(
        b"From ani@contoh.id Sun Jan 30 23:30:00 2022\n"
        + each.replace(b"\nFrom ", b"\n>From ").rstrip()
        + b"\n\n"
        for each in mails
    )


def page(words: Sequence[str], *, title: str = "Berita") -> str:
    """A page of a story, of paragraphs long enough to be one."""
    story = "".join(f"<p>{escape(each)}</p>" for each in words)
    return (
        f"<html><head><title>{title}</title></head><body><nav><a href='/'>Beranda</a></nav>"
        f"<article><h1>{title}</h1>{story}</article></body></html>"
    )


def mht(words: Sequence[str], *, url: str = "https://contoh.id/berita/1") -> bytes:
    """A page that a browser saved, with a picture."""
    message = EmailMessage()
    message["Snapshot-Content-Location"] = url
    message["Subject"] = "Berita"
    message["Date"] = "Sun, 30 Jan 2022 10:00:00 +0700"
    message.set_content(page(words), subtype="html")
    message.add_related(b"GIF89a", maintype="image", subtype="gif", filename="a.gif")
    return bytes(message)


def captured(
    url: str,
    body: bytes,
    *,
    when: str = "2022-01-30T10:00:00Z",
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    more: str = "",
) -> bytes:
    """A record of a web archive: what a site sent for an address."""
    sent = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body
    return (
        (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {when}\r\n"
            "WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(sent)}\r\n\r\n"
        ).encode()
        + sent
        + b"\r\n\r\n"
    )


def tarred(members: Mapping[str, bytes]) -> bytes:
    """A tar file, not packed."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in members.items():
            of = tarfile.TarInfo(name)
            of.size = len(data)
            archive.addfile(of, io.BytesIO(data))
    return made.getvalue()


def rss(entries: Sequence[Mapping[str, str]]) -> bytes:
    """A feed, each entry by the names of its elements."""
    items = "".join(
        "<item>"
        + "".join(f"<{name}>{escape(of)}</{name}>" for name, of in entry.items())
        + "</item>"
        for entry in entries
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/'
        'content/"><channel><title>Harian Uji</title><language>id</language>'
        f"{items}</channel></rss>"
    ).encode()


def atom(entries: Sequence[Mapping[str, str]]) -> bytes:
    """The same as Atom, of title, id, content and day."""
    items = "".join(
        f"<entry><title>{of['title']}</title><id>{of['id']}</id><updated>{of['day']}</updated>"
        f'<link href="{of["id"]}"/><content type="html">{escape(of["content"])}</content></entry>'
        for of in entries
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Harian Uji</title>{items}</feed>'
    ).encode()
