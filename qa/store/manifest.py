"""The manifest of a generation: how it was built, and what each of its files must be.

Reading is strict, because what it says decides which files are opened and how: a field too few or
too many, of another type or out of range, and the index is damaged.

Not handled: older formats. An index is cheap to build, so a new format asks for a rebuild.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from qa.errors import IndexDamaged, IndexMismatch, UsageError
from qa.settings import BUNDLED, BuildSettings

FORMAT = 3
MANIFEST = "manifest.json"
ARTICLES = "articles.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"

GENERATION = re.compile(r"[0-9]{6}-[0-9a-f]{8}")
"""A generation's name: a number that only grows, and chance to tell two indexes apart."""

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*(?:/[A-Za-z0-9_][A-Za-z0-9_.]*)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 1 << 20
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
        return shlex.join(["qa", "index", self.root, "--full", *named])

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
        IndexDamaged: If it is not the manifest of that sum, or not all of one.
    """
    try:
        content = _content(path)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise IndexDamaged(f"{path} is damaged: its sha256 differs. {_REBUILD}")
        document = json.loads(content)
        version = document.get("format") if isinstance(document, dict) else None
        if type(version) is int and version != FORMAT:
            # Without its folder the command would not know which articles to read.
            root = shlex.quote(str(document.get("root", "FOLDER")))
            raise IndexMismatch(
                f"{path} has format {version}, this qa reads format {FORMAT}. "
                f"Rebuild the index: qa index {root} --full"
            )
        return _manifest(document)
    except (OSError, ValueError, TypeError, RecursionError, UsageError) as error:
        raise IndexDamaged(f"{path} is no manifest ({error}). {_REBUILD}") from error


def _content(path: Path) -> bytes:
    if not is_plain(path):
        raise OSError("it is not a plain file")
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)


_TYPES: Mapping[str, type] = {
    "format": int,
    "generation": str,
    "built": str,
    "root": str,
    "digest": str,
    "settings": dict,
    "encoder": str,
    "dim": int,
    "vectors": str,
    "stemmers": list,
    "languages": list,
    "articles": int,
    "passages": int,
    "skipped": int,
    "files": dict,
    "words": str,
    "cutting": str,
}


def _manifest(document: object) -> Manifest:
    """The manifest that a JSON document says; ValueError, TypeError or UsageError where it errs."""
    found = _object("the manifest", document, _TYPES)
    del found["format"]
    found["settings"] = _settings(found["settings"])
    found["files"] = {_file_name(name): _file_sum(name, of) for name, of in found["files"].items()}
    for name in ("stemmers", "languages"):
        if not all(type(each) is str for each in found[name]):
            raise ValueError(f"{name} must be text")
        found[name] = tuple(found[name])
    manifest = Manifest(**found)
    if not GENERATION.fullmatch(manifest.generation):
        raise ValueError("generation has no proper name")
    if datetime.fromisoformat(manifest.built).tzinfo is None:
        raise ValueError("built has no time zone")
    if min(manifest.articles, manifest.passages, manifest.skipped, manifest.dim - 1) < 0:
        raise ValueError("a count is negative")
    if not {ARTICLES, VECTORS} <= manifest.files.keys():
        raise ValueError(f"files lacks {ARTICLES} or {VECTORS}")
    return manifest


def _settings(document: dict[str, Any]) -> BuildSettings:
    types = {field.name: type(getattr(_DEFAULTS, field.name)) for field in fields(BuildSettings)}
    found = _object("settings", document, types)
    if not all(type(name) is str for name in found["columns"].values()):
        raise ValueError("columns must be text")
    return BuildSettings(**found)


_DEFAULTS = BuildSettings()


def _file_name(name: str) -> str:
    if not _FILE.fullmatch(name) or name == MANIFEST:
        raise ValueError(f"{name!r} is no name of a file of an index")
    return name


def _file_sum(name: str, document: object) -> FileSum:
    found = FileSum(**_object(name, document, {"bytes": int, "sha256": str}))
    if found.bytes < 0 or not _SHA256.fullmatch(found.sha256):
        raise ValueError(f"{name} has no proper size and sha256")
    return found


def _object(name: str, document: object, types: Mapping[str, type]) -> dict[str, Any]:
    """A JSON object that has exactly some fields, each exactly of its type (True is no int)."""
    if not isinstance(document, dict):
        raise TypeError(f"{name} is no object")
    if document.keys() != types.keys():
        odd = ", ".join(sorted(document.keys() ^ types.keys()))
        raise ValueError(f"{name} lacks or adds {odd}")
    for field, type_ in types.items():
        if type(document[field]) is not type_:
            raise TypeError(f"{field} is no {type_.__name__}")
    return dict(document)
