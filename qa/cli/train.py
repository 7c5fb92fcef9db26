"""`qa train`: the bundled models, or one's own; needs the extra `train`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qa.cli.screen import progress
from qa.errors import UsageError
from qa.i18n import _
from qa.settings import BUNDLED

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Settings = TypeVar("_Settings", bound="DataclassInstance")


@click.group()
def train() -> None:
    """Train the bundled models; needs the extra: pip install "qa[train]"."""


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of training data; qa/train/data.py says how it is laid out.",
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write the model to.",
)


set_option = click.option(
    "--set",
    "pairs",
    metavar="NAME=VALUE",
    multiple=True,
    help="Another value for a setting of the run, such as steps=500.",
)


@train.command("encoder")
@data_option
@out_option
@set_option
def train_encoder(data: Path, out: Path, pairs: tuple[str, ...]) -> None:
    """Train a static multilingual encoder."""
    with _train_extra():
        from qa.train.encoder import EncoderTraining
        from qa.train.encoder import train_encoder as run_training
    run_training(data, out, _changed(EncoderTraining(), pairs))


@train.command("reader")
@data_option
@out_option
@click.option(
    "--start",
    type=click.Path(path_type=Path, exists=True),
    help="What to go on from: a reader such as qa/models/reader, or a file of its weights.",
)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="Time for fine-tuning."
)
@set_option
def train_reader(
    data: Path, out: Path, start: Path | None, minutes: float | None, pairs: tuple[str, ...]
) -> None:
    """Train an extractive reader, or train one further."""
    with _train_extra():
        # The last step needs it; better missed at the beginning.
        import onnx  # noqa: F401

        from qa.train.reader import ReaderTraining
        from qa.train.reader import train_reader as run_training
    settings = replace(_changed(ReaderTraining(), pairs), start=start)
    if minutes is not None:
        settings = replace(settings, finetuning=replace(settings.finetuning, minutes=minutes))
    run_training(data, out, settings)


@train.command("deep")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of training data; without it, the network is written as it comes.",
)
@out_option
@click.option(
    "--reader",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The reader whose tokens it shares [default: the bundled one].",
)
@set_option
def train_deep(data: Path | None, out: Path, reader: Path | None, pairs: tuple[str, ...]) -> None:
    """Train the deep encoder, or write multilingual-e5-small as it comes."""
    with _train_extra():
        from qa.readers import BUNDLED_FOLDER
        from qa.train.contrast import Contrast
        from qa.train.deep import train_deep as run_training
    settings = _changed(Contrast(), pairs)
    run_training(out, reader or BUNDLED_FOLDER, data=data, settings=settings)


@train.command("lexicon")
@data_option
@out_option
@set_option
def train_lexicon(data: Path, out: Path, pairs: tuple[str, ...]) -> None:
    """Train the lexicons by which a question meets articles in another language."""
    from qa.train.lexicon import LexiconTraining
    from qa.train.lexicon import train_lexicon as run_training

    run_training(data, out, _changed(LexiconTraining(), pairs))


@train.command("calibration")
@data_option
@click.option("--reader", default=BUNDLED, show_default=True, help="As `qa ask` takes it.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=400,
    show_default=True,
    help="Most questions of a development set.",
)
@click.option("--write", is_flag=True, help="Put it into the reader's folder, its card too.")
def train_calibration(data: Path, reader: str, limit: int, write: bool) -> None:
    """Fit how a reader's scores become a confidence; print it, with what it gives."""
    with _train_extra():
        from qa.readers import reader_folder
        from qa.train.calibration import calibrate
        from qa.train.reader_card import write_reliability
        from qa.train.reader_export import write_calibration

    folder = reader_folder(reader)
    if write and folder is None:
        raise UsageError(
            _("--write needs a reader that qa trained; {reader!r} is none.").format(reader=reader)
        )
    with progress() as tell:
        calibration, given = calibrate(data, reader, limit=limit, progress=tell)
    if write and folder is not None:
        write_calibration(folder, calibration)
        write_reliability(folder, given)
    click.echo(json.dumps({"calibration": asdict(calibration), "given": asdict(given)}, indent=2))


@contextmanager
def _train_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            _("Training needs the package {package}: pip install 'qa[train]'").format(
                package=error.name
            )
        ) from error


def _changed(settings: _Settings, pairs: tuple[str, ...]) -> _Settings:
    """The settings of a run with some of their numbers or words replaced."""
    defaults = {field.name: getattr(settings, field.name) for field in fields(settings)}
    changes: dict[str, Any] = {}
    for pair in pairs:
        name, _equals, value = pair.partition("=")
        if not isinstance(defaults.get(name), int | float | str):
            known = ", ".join(defaults)
            raise UsageError(
                _("--set takes NAME=VALUE with a NAME of {known}; got {pair!r}.").format(
                    known=known, pair=pair
                )
            )
        try:
            changes[name] = type(defaults[name])(value)
        except ValueError as error:
            raise UsageError(
                _("--set {name} takes a number; got {value!r}.").format(name=name, value=value)
            ) from error
    return replace(settings, **changes)
