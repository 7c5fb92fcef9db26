"""The manifest of a generation: how it was built, and what each of its files must be.

Not handled: indexes of older formats. An index is cheap to build, so a new format asks for a
rebuild; what a rebuild needs to know is read from a manifest of any format.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from qa.errors import IndexDamaged, IndexMismatch, UsageError
from qa.i18n import N_, _
from qa.places import shipped_corpus
from qa.settings import BuildSettings
from qa.types import Folder, IndexInfo

FORMAT = 8
MANIFEST = "manifest.json"
ARTICLES = "articles.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"

GENERATION = re.compile(r"[0-9]{6}-[0-9a-f]{8}")
"""A generation's name: a number that only grows, and chance to tell two indexes apart."""

_REBUILD = N_("Rebuild the index: qa index FOLDER --full")

MALFORMED = (ValueError, TypeError, KeyError, AttributeError, UsageError)
"""What a document raises where it holds other things than a manifest does."""


@dataclass(frozen=True, slots=True)
class FileSum:
    """What a file must be: its size and the sha256 of its bytes, in hexadecimal."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What an index was made from and how, which manifests of every format tell.

    Attributes:
        root: The folder that paths of articles are relative to.
        folders: What was read, at least one, in the order in which they were added.
        articles: How many different texts there are.
    """

    root: str
    folders: tuple[Folder, ...]
    articles: int

    @property
    def settings(self) -> BuildSettings:
        """How the whole index was made; how articles are read is for each folder to say."""
        return self.folders[0].settings

    @property
    def is_sample(self) -> bool:
        """Whether it holds nothing but the articles that ship with qa."""
        return all(folder.is_sample for folder in self.folders)

    def folder(self, path: str) -> Folder | None:
        """The folder of an absolute path; None where it holds none of that path."""
        return next((folder for folder in self.folders if folder.path == path), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Origin):
    """What the manifest of a generation tells, be it of one machine or of a cluster.

    Attributes:
        generation: Its name, and that of its folder.
        built: When, in ISO 8601 and UTC.
        digest: Of the corpus, to see whether anything changed.
        encoder: The encoder's id, with a fingerprint of its weights.
        dim: Numbers in a vector.
        vectors: The kind of vector index.
        stemmers: What made the words of the lexical index.
        languages: ISO 639-1 codes of the articles, without `und`, in alphabetical order.
        passages: How many there are: rows of the vectors and of the lexical index.
        skipped: Files and records that could not be loaded.
        files: Every other file that the manifest is of, by its name relative to the folder.
    """

    FORMAT: ClassVar[int]

    generation: str
    built: str
    digest: str
    encoder: str
    dim: int
    vectors: str
    stemmers: tuple[str, ...]
    languages: tuple[str, ...]
    passages: int
    skipped: int
    files: Mapping[str, FileSum]

    def as_json(self) -> str:
        """The manifest as a JSON document; the same manifest gives the same text."""
        document = {"format": self.FORMAT, **asdict(self)}
        # ASCII, because a folder's name may hold bytes that are not UTF-8.
        return json.dumps(document, indent=2) + "\n"

    def info(self, reader: str) -> IndexInfo:
        """What answers are drawn from, and by which reader they are read."""
        return IndexInfo(
            id=self.generation,
            built=self.built,
            root=self.root,
            articles=self.articles,
            passages=self.passages,
            encoder=self.encoder,
            reader=reader,
            folders=self.folders,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Made):
    """Everything about a generation that is not in its files.

    Attributes:
        words: The fingerprint of how its words were made (`qa.lexical.index.fingerprint`).
        cutting: The fingerprint of how its passages were cut (`qa.chunk.fingerprint`).
        questions: Some that its articles answer.
    """

    FORMAT = FORMAT

    words: str
    cutting: str
    questions: tuple[str, ...] = ()


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
    document = read_document(path, sha256, _(_REBUILD))
    try:
        if (version := document.pop("format")) != FORMAT:
            raise IndexMismatch(
                _("{path} has format {format}, this qa reads format {known}. {todo}").format(
                    path=path,
                    format=version,
                    known=FORMAT,
                    todo=_rebuild(document, path.parent.parent),
                )
            )
        return Manifest(**told(document, words=("stemmers", "languages", "questions")))
    except MALFORMED as error:
        raise IndexDamaged(
            _("{path} is no manifest ({reason}). {todo}").format(
                path=path, reason=error, todo=_(_REBUILD)
            )
        ) from error


def told(document: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """The fields of a manifest of this format, its folders, files and lists of words as typed.

    Raises:
        ValueError: If they hold other things; so do the errors of `MALFORMED`.
    """
    fields = dict(document)
    fields["folders"] = tuple(
        Folder(**{**each, "settings": BuildSettings(**each["settings"])})
        for each in document["folders"]
    )
    if not fields["folders"]:
        raise ValueError("it names no folder")
    fields["files"] = {name: FileSum(**of) for name, of in document["files"].items()}
    for name in words:
        fields[name] = tuple(document.get(name, ()))
        if not all(isinstance(each, str) for each in fields[name]):
            raise ValueError(f"{name} are no words")
    return fields


def read_origin(path: Path, sha256: str) -> Origin:
    """What a manifest of any format tells of how its index was made.

    Settings that this qa does not know are left out, and those it lacks are as they are by default.

    Args:
        path: The file.
        sha256: What its bytes must sum to.

    Raises:
        IndexDamaged: If it is not the manifest of that sum, or does not tell it.
    """
    document = read_document(path, sha256, _(_REBUILD))
    try:
        return _origin(document)
    except MALFORMED as error:
        raise IndexDamaged(
            _("{path} does not tell how its index was made ({reason}). {todo}").format(
                path=path, reason=error, todo=_(_REBUILD)
            )
        ) from error


def _origin(document: Mapping[str, Any]) -> Origin:
    root, articles = str(document["root"]), int(document.get("articles", 0))
    # Before format 7 there was one folder, and before format 5 it was the root.
    one = {
        "path": document.get("read_from", root),
        "settings": document.get("settings", {}),
        "articles": articles,
    }
    folders = tuple(map(_folder, document.get("folders", [one])))
    if not folders:
        raise ValueError("it names no folder")
    return Origin(root=root, folders=folders, articles=articles)


def _folder(of: Mapping[str, Any]) -> Folder:
    """A folder as a manifest of any format tells it."""
    known = {field.name for field in fields(BuildSettings)}
    path = str(of["path"])
    return Folder(
        path,
        BuildSettings(**{name: value for name, value in of["settings"].items() if name in known}),
        is_sample=bool(of.get("is_sample", path == str(shipped_corpus().resolve()))),
        articles=int(of["articles"]),
    )


def rebuild(index: Path) -> str:
    """The command that builds an index anew from what it was made from, for a person to copy."""
    return shlex.join(["qa", "index", "--full", "--index", str(index)])


def _rebuild(document: Mapping[str, Any], index: Path) -> str:
    """What to do about an index of another format, whose manifest may not tell its folders."""
    try:
        _origin(document)
    except MALFORMED:
        return _(_REBUILD)
    return _("Rebuild the index: {command}").format(command=rebuild(index))


def read_document(path: Path, sha256: str, todo: str) -> dict[str, Any]:
    """The JSON object in a file of that sum.

    Args:
        path: The file.
        sha256: What its bytes must sum to.
        todo: What the message asks a person to do where they do not.

    Raises:
        IndexDamaged: If they do not, or hold no object.
    """
    try:
        content = path.read_bytes() if is_plain(path) else b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise IndexDamaged(
                _("{path} is damaged: its sha256 differs. {todo}").format(path=path, todo=todo)
            )
        document = json.loads(content)
    except (OSError, ValueError) as error:
        raise IndexDamaged(
            _("{path} is no manifest ({reason}). {todo}").format(path=path, reason=error, todo=todo)
        ) from error
    if not isinstance(document, dict):
        raise IndexDamaged(
            _("{path} is no manifest (it is no object). {todo}").format(path=path, todo=todo)
        )
    return document
