"""Any Hugging Face model for extractive question answering, by name or path.

Its answers can be good; how sure it is cannot be known before it is measured, so its calibration is
a plain one: the margin as log-odds, with no weight on retrieval.

Not handled: slow tokenizers (they give no offsets), models whose "not here" token is not the first,
and models that need code of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa import hub
from qa.errors import ModelError
from qa.i18n import _
from qa.protocols import Calibration
from qa.readers.windows import Ids, Logits, find_findings, with_windows
from qa.types import Finding, Passage

UNCALIBRATED = Calibration(bias=0.0, margin=1.0, dense=0.0, lexical=0.0, answered=0.5, unsure=0.5)
"""What the margin means by itself: above 0 the span is likelier than "not here"."""

_MAX_TOKENS = 384  # As in SQuAD v2's reference training; longer windows are slower, not better.
_ROBERTA_OFFSET = 2  # Positions that RoBERTa and its kin keep for padding.


class TransformerReader:
    """Finds spans with a transformers model, on the GPU where there is one."""

    def __init__(self, name_or_path: str) -> None:
        """Load a model and its tokenizer; one downloaded before without a look at the network.

        Args:
            name_or_path: A folder, or a model's name on the Hugging Face hub.

        Raises:
            ModelError: If it cannot be found or reached, or is no extractive-QA model with a fast
                tokenizer.
        """
        try:
            try:
                tokenizer, model, loading = _loaded(name_or_path, downloaded=True)
            except OSError:
                if Path(name_or_path).is_dir():
                    raise
                hub.reach(name_or_path)
                tokenizer, model, loading = _loaded(name_or_path, downloaded=False)
        except (OSError, ValueError, KeyError, ImportError) as error:
            raise ModelError(
                _(
                    "Cannot load the reader {name!r}: give the folder of a downloaded "
                    "model, or a name on the Hugging Face hub with the network on."
                ).format(name=name_or_path)
            ) from error
        if loading["missing_keys"]:
            raise ModelError(
                _(
                    "{name!r} was not trained for extractive question answering: it "
                    "lacks {missing}. Name another --reader."
                ).format(name=name_or_path, missing=", ".join(sorted(loading["missing_keys"])))
            )
        if not tokenizer.is_fast:
            raise ModelError(
                _(
                    "{name!r} has no fast tokenizer, so its answers cannot be located. "
                    "Name another --reader."
                ).format(name=name_or_path)
            )
        self._model = model.eval().to("cuda" if torch.cuda.is_available() else "cpu")
        self._types = "token_type_ids" in tokenizer.model_input_names
        positions = getattr(model.config, "max_position_embeddings", _MAX_TOKENS)
        longest = min(_MAX_TOKENS, tokenizer.model_max_length, positions - _ROBERTA_OFFSET)
        self._tokenizer = with_windows(tokenizer.backend_tokenizer, longest)
        self._id = f"{Path(name_or_path).name}-{_fingerprint(model)}"

    @property
    def id(self) -> str:
        """The last part of the name, and a fingerprint of the weights."""
        return self._id

    @property
    def calibration(self) -> Calibration:
        """A guess: see `UNCALIBRATED`."""
        return UNCALIBRATED

    def read(self, questions: Sequence[str], passages: Sequence[Passage]) -> list[Finding | None]:
        """The best span of each passage for the question beside it."""
        return find_findings(self._tokenizer, self._score, questions, passages)

    def _score(self, ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits, NDArray[np.float32]]:
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self._types:
            inputs["token_type_ids"] = types
        tensors = {name: torch.from_numpy(x).to(self._model.device) for name, x in inputs.items()}
        with torch.inference_mode():
            scores = self._model(**tensors)
        starts, ends = (
            each.float().cpu().numpy() for each in (scores.start_logits, scores.end_logits)
        )
        return starts, ends, np.zeros(len(ids), dtype=np.float32)


def _loaded(name_or_path: str, *, downloaded: bool) -> tuple[Any, Any, dict[str, Any]]:
    """Tokenizer, model, and what was missing; `downloaded` keeps to what is on the disk."""
    tokenizer = AutoTokenizer.from_pretrained(name_or_path, local_files_only=downloaded)
    model, loading = AutoModelForQuestionAnswering.from_pretrained(
        name_or_path, output_loading_info=True, local_files_only=downloaded
    )
    return tokenizer, model, loading


def _fingerprint(model: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().view(torch.uint8).numpy())
    return digest.hexdigest()[:12]
