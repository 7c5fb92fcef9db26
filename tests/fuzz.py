"""Fuzzes what reads other people's bytes, guided by coverage: `python -m tests.fuzz loaders`.

Needs the extra `fuzz`. An exception, a hang of 20 seconds or 2 GiB of memory end the run with an
exit code above 0 and leave the bytes in a file whose name is told; they become a test.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["qa", "yaml", "csv", "json"]):
    from qa.articles.folder import load
    from qa.articles.formats import LOADERS
    from qa.chunk import passages
    from qa.clean import masks
    from qa.settings import BuildSettings
    from qa.types import Article
    from tests import filed

# A PDF is read in another process, where the fuzzer sees nothing and pdfium was fuzzed already.
_SUFFIXES = (*(suffix for suffix in LOADERS if suffix != ".pdf"), ".jsonl.gz")
_SETTINGS = BuildSettings(max_bytes=1 << 20)
_LOADER_SEEDS = {
    ".md": "---\ntitle: Judul\ndate: 2022-01-30 10:00:00 +07:00\ntags: [a, {b: c}]\n---\n"
    "# Judul\n\nJAKARTA, Situs.com - Minggu (30/1/2022) 19:30 WIB\n\nPresiden tiba di Riga. Baca "
    "juga: Harga Cabai Naik\n\nArtikel Terkait\nHarga Cabai\n\nPenulis: Ani\n",
    ".jsonl": '{"id": 7, "text": "Halo dunia.", "url": "http://a.b/2022/01/30/", "n": [1e9]}\n',
    ".csv": 'text;title\n"Halo, ""dunia"".";x\nb;c;\n',
    ".html": "<html><head><title>x</title></head><body><article><p>Presiden tiba.</p></article>",
    ".txt": "\ufeffPresiden tiba.\u2028\u202e\u0301 31 Januari 2022, 1.000 orang",
}


@cache
def _folder() -> Path:
    """A folder for this process."""
    return Path(tempfile.mkdtemp(prefix="qa-fuzz-"))


def fuzz_loaders(data: bytes) -> None:
    """A file of any format, told by the first byte: articles that can be stored, or reasons."""
    path = _folder() / f"a{_SUFFIXES[data[0] % len(_SUFFIXES) if data else 0]}"
    path.write_bytes(data[1:])
    for item in load(path, _SETTINGS):
        if not isinstance(item, Article):
            f"{item.path} {item}".encode()
            continue
        f"{item.title} {item.source} {item.url} {item.record} {item.place}".encode()
        hidden = masks(item.text, title=item.title, known=item.masks)
        for mask in hidden:
            assert mask.end <= len(item.text)
        for span in passages(item.text, hidden, max_chars=600, overlap_sentences=1):
            assert item.text[span.start : span.end].strip()
    path.unlink()


def loader_seeds() -> list[bytes]:
    """A small file of each format, with the byte that names it."""
    files = {suffix: text.encode() for suffix, text in _LOADER_SEEDS.items()}
    files[".jsonl.gz"] = gzip.compress(files[".jsonl"])
    page = filed.page(["Presiden tiba di Riga. " * 9])
    files |= {
        ".docx": filed.docx(["Presiden tiba."], rows=[["a", "b"]], title="x"),
        ".odt": filed.odt("<text:p>Presiden tiba.</text:p>", title="x"),
        ".epub": filed.epub({"Bab 1": "<p>Presiden tiba.</p>"}),
        ".rtf": filed.rtf(["Presiden tiba."], title="x"),
        ".eml": filed.eml("Presiden tiba.", page=page, attached={"a.txt": b"Halo."}),
        ".mbox": filed.mbox([filed.eml("Presiden tiba.")] * 2),
        ".mht": filed.mht(["Presiden tiba di Riga. " * 9]),
        ".warc": filed.captured("http://a.b/1", page.encode()),
        ".wacz": filed.zipped({"archive/a.warc": filed.captured("http://a.b/1", page.encode())}),
        ".zip": filed.zipped({"a.txt": "Halo.", "b.zip": filed.zipped({"c.md": "# Halo."})}),
        ".tar": filed.tarred({"a.txt": b"Halo."}),
        ".rss": filed.rss([{"title": "x", "guid": "1", "description": "Presiden tiba."}]),
    }
    return [bytes([_SUFFIXES.index(suffix)]) + data for suffix, data in files.items()]


TARGETS: Mapping[str, Callable[[bytes], None]] = {"loaders": fuzz_loaders}
"""What can be fuzzed, by name."""


def fuzz(target: str, corpus: Path, crashes: Path, seconds: int) -> None:
    """Fuzz one target; it ends the process, as the fuzzer does."""
    # What is logged of each bad file would be most of the work.
    logging.disable()
    limits = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=2048"]
    lengths = ["-max_len=16384", "-len_control=20"]
    told = f"-artifact_prefix={crashes}/{target}-"
    atheris.Setup([sys.argv[0], str(corpus), *limits, *lengths, told], TARGETS[target])
    atheris.Fuzz()


def main() -> int:
    """Fuzz one target in a process of its own, whose scratch files are then removed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, help="folder of inputs to begin with and add to")
    parser.add_argument("--crashes", type=Path, default=Path.cwd(), help="where to leave crashes")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        fuzz(options.target, options.corpus, options.crashes, options.seconds)
    with tempfile.TemporaryDirectory(prefix="qa-fuzz-") as name:
        scratch = Path(name)
        corpus = options.corpus or scratch / "corpus"
        corpus.mkdir(exist_ok=True)
        for number, seed in enumerate(loader_seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        # The fuzzer ends its process itself, and only from a plain one does it leave a crash.
        arguments = [options.target, f"--seconds={options.seconds}", f"--corpus={corpus}"]
        command = [sys.executable, "-m", "tests.fuzz", "--here", *arguments]
        done = subprocess.run(  # noqa: S603 - ourselves
            [*command, f"--crashes={options.crashes}"],
            check=False,
            env={**os.environ, "TMPDIR": name},
        )
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
