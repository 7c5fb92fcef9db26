"""Tasks of `qa cluster index` on the nodes of a Ray cluster, by Ray Data.

Ray starts a task again where its worker or its node has died.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any, Final

from qa import errors
from qa.cluster.index import Each, do
from qa.cluster.steps import Facts
from qa.errors import QAError, StoreError, UsageError
from qa.extras import need
from qa.i18n import _

_ANSWERS_S: Final = 5


@contextmanager
def on_ray(address: str | None = None) -> Iterator[Each]:
    """Does tasks on a Ray cluster, which is left when the block is.

    Args:
        address: As for `joined`.

    Raises:
        UsageError: If Ray is not installed, or no cluster answers.
    """
    data = need("ray.data", "cluster")
    with joined(address):
        # The screen is for our own progress.
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        data.DataContext.get_current().enable_progress_bars = False
        yield _each


@contextmanager
def joined(address: str | None) -> Iterator[Any]:
    """Ray, on a cluster that is left when the block is; one that this process is on already stays.

    Args:
        address: `auto` or `host:port` of one that runs; None for that which Ray finds, else one of
            this machine alone.

    Raises:
        UsageError: If Ray is not installed, or no cluster answers.
    """
    ray = need("ray", "cluster")
    if ray.is_initialized():
        yield ray
        return
    terminating = signal.getsignal(signal.SIGTERM)
    try:
        _knock(address or "")
        ray.init(address, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(
            _("No Ray cluster at {address} ({reason}). Start one: ray start --head").format(
                address=address, reason=error
            )
        ) from error
    if current_thread() is main_thread():
        # Ray takes it for itself, and would end the process without our goodbye.
        signal.signal(signal.SIGTERM, terminating)
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """See that somebody answers at HOST:PORT, where Ray would try for minutes.

    Raises:
        OSError: If nobody does.
    """
    host, _colon, port = address.rpartition(":")
    if host and port.isdecimal() and "//" not in host:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWERS_S).close()


def _each(kind: str, folder: Path, numbers: Sequence[int]) -> Iterator[Facts]:
    import ray.data

    if not numbers:
        return
    items = [{"kind": kind, "folder": str(folder), "number": number} for number in numbers]
    tasks = ray.data.from_items(items, override_num_blocks=len(items)).map(_task, num_cpus=1)
    for row in tasks.iter_rows():
        told = json.loads(row["told"])
        if "error" in told:
            raise getattr(errors, told["error"])(told["message"])
        yield told["facts"]


def _task(item: dict[str, Any]) -> dict[str, str]:
    """One task on a node; an error there is raised as it would be here."""
    # It has one core: `qa.parallel` starts no further processes.
    os.environ["LOKY_MAX_CPU_COUNT"] = "1"
    try:
        told: dict[str, Any] = {
            "facts": dict(do(item["kind"], Path(item["folder"]), int(item["number"])))
        }
    except QAError as error:
        told = {"error": type(error).__name__, "message": str(error)}
    except OSError as error:
        told = {"error": StoreError.__name__, "message": str(error)}
    return {"told": json.dumps(told)}
