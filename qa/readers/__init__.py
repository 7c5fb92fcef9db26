"""Interchangeable readers, and the way to open one by name.

`bundled` is the model under `qa/models/reader`. Each kind is imported only when it is asked for:
that one needs no torch.
"""

from __future__ import annotations

from pathlib import Path

from qa import hub, plugins
from qa.places import MODELS
from qa.protocols import Reader
from qa.settings import BUNDLED

BUNDLED_FOLDER = MODELS / "reader"
"""Where the reader that ships with qa lies."""


def open_reader(name: str) -> Reader:
    """Open a reader.

    Args:
        name: `bundled`; a folder that holds `reader.onnx`; a plugin; else an extractive
            question-answering model that transformers can load, by name or path.

    Raises:
        ModelError: If there is no such model, or it is damaged.
    """
    folder = reader_folder(name)
    if folder is not None:
        from qa.readers.onnx import OnnxReader

        return OnnxReader.open(folder)
    plugged: Reader | None = plugins.open_part(plugins.READERS, name)
    if plugged is not None:
        return plugged
    hub.require(name)
    from qa.readers.transformer import TransformerReader

    return TransformerReader(name)


def verify_reader(name: str) -> None:
    """Compare a reader's files with the sha256 it records; other kinds of reader record none.

    Raises:
        ModelError: If one is absent or differs.
    """
    folder = reader_folder(name)
    if folder is not None:
        from qa.readers.onnx import reader_files

        reader_files(folder).verify()


def reader_folder(name: str) -> Path | None:
    """The folder of an ONNX reader; None if the name is of another kind.

    The bundled folder counts whatever it holds, so that what is absent is reported.
    """
    if name == BUNDLED:
        return BUNDLED_FOLDER
    return Path(name) if (Path(name) / "reader.onnx").is_file() else None
