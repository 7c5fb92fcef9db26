"""The manifest of a generation: how it was built, and what each of its files must be.

Not handled: older formats. An index is cheap to build, so a new format asks for a rebuild.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.errors import IndexDamaged, IndexMismatch
from qa.settings import BUNDLED, BuildSettings

FORMAT = 6
MANIFEST = "manifest.json"
ARTICLES = "articles.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"

GENERATION = re.compile(r"[0-9]{6}-[0-9a-f]{8}")
"""A generation's name: a number that only grows, and chance to tell two indexes apart."""

_REBUILD = "Rebuild the index: qa index FOLDER --full"


@dataclass(frozen=True, slots=True)
class FileSum:
    """What a file must be: its size and the sha256 of its bytes, in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a generation that is not in its files.

    Attributes:
        generation: Its name, and that of its folder.
        built: When, in ISO 8601 and UTC.
        root: The corpus folder that paths of articles are relative to.
        read_from: That folder, or the one file in it that was read.
        digest: Of the corpus, to see whether anything changed.
        settings: What the person chose.
        encoder: The encoder's id, with a fingerprint of its weights.
        dim: Numbers in a vector.
        vectors: The kind of vector index.
        stemmers: What made the words of the lexical index.
        languages: ISO 639-1 codes of the articles, without `und`, in alphabetical order.
        articles: How many there are.
        passages: How many there are: rows of the vectors and of the lexical index.
        skipped: Files and records that could not be loaded.
        files: Every other file of the generation, by its name relative to the folder.
        words: The fingerprint of how its words were made (`qa.lexical.index.fingerprint`).
        cutting: The fingerprint of how its passages were cut (`qa.chunk.fingerprint`).
    """

    generation: str
    built: str
    root: str
    read_from: str
    digest: str
    settings: BuildSettings
    encoder: str
    dim: int
    vectors: str
    stemmers: tuple[str, ...]
    languages: tuple[str, ...]
    articles: int
    passages: int
    skipped: int
    files: Mapping[str, FileSum]
    words: str
    cutting: str

    @property
    def rebuild(self) -> str:
        """The command that builds the index anew, for a person to copy."""
        named = [] if self.settings.encoder == BUNDLED else ["--encoder", self.settings.encoder]
        return shlex.join(["qa", "index", self.read_from, "--full", *named])

    def as_json(self) -> str:
        """The manifest as a JSON document; the same manifest gives the same text."""
        document = {"format": FORMAT, **asdict(self)}
        # ASCII, because a folder's name may hold bytes that are not UTF-8.
        return json.dumps(document, indent=2) + "\n"


def is_plain(path: Path) -> bool:
    """Whether a path is a file and nothing else: no link, pipe or device.

    Raises:
        OSError: If it cannot be looked at, such as when it is not there.
    """
    return stat.S_ISREG(path.lstat().st_mode)


def read_manifest(path: Path, sha256: str) -> Manifest:
    """The manifest in a file.

    Args:
        path: The file.
        sha256: What its bytes must sum to.

    Raises:
        IndexMismatch: If it is of another format.
        IndexDamaged: If it is not the manifest of that sum.
    """
    try:
        content = path.read_bytes() if is_plain(path) else b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise IndexDamaged(f"{path} is damaged: its sha256 differs. {_REBUILD}")
        document = json.loads(content)
        if (version := document.pop("format")) != FORMAT:
            # Without its folder the command would not know which articles to read.
            root = shlex.quote(str(document.get("read_from") or document.get("root", "FOLDER")))
            raise IndexMismatch(
                f"{path} has format {version}, this qa reads format {FORMAT}. "
                f"Rebuild the index: qa index {root} --full"
            )
        document["settings"] = BuildSettings(**document["settings"])
        document["files"] = {name: FileSum(**of) for name, of in document["files"].items()}
        for name in ("stemmers", "languages"):
            document[name] = tuple(document[name])
        return Manifest(**document)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexDamaged(f"{path} is no manifest ({error}). {_REBUILD}") from error
