"""The YAML block between two `---` lines at the head of a text.

Only plain data is read: no tags, no aliases (which can blow a small block up to gigabytes), no deep
nesting, at most 16 KiB. A block that is not a mapping is prose and stays.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import yaml

from qa.articles.fields import describe
from qa.i18n import _
from qa.language.text import one_line
from qa.types import Mask, Record

_log = logging.getLogger("qa.articles.folder")
_LONGEST: Final = 16 * 1024
_DEEPEST: Final = 8
_OPEN = re.compile(r"---[ \t]*\r?\n")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"\s*[\w-]{1,40}[ \t]*:(?:\s|$)")
# libyaml where there is a build of it: ten times as fast.
_Yaml = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def read_front_matter(text: str, path: str) -> Record:
    """A record of the whole text, with its front matter read and masked where there is any."""
    opening = _OPEN.match(text)
    closing = _CLOSE.search(text, opening.end(), _LONGEST) if opening else None
    if opening is None or closing is None:
        return Record(text)
    block = text[opening.end() : closing.start()]
    if not _KEY.match(block):
        return Record(text)
    mask = (Mask(0, closing.end(), "front matter"),)
    try:
        fields = _mapping(block)
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        _log.warning(
            _("%s: its front matter cannot be read (%s) and is left out."),
            one_line(path),
            one_line(reason),
        )
        return Record(text, masks=mask)
    return replace(describe(text, fields), masks=mask)


def _mapping(block: str) -> Mapping[object, object]:
    """The data of a block of YAML.

    Raises:
        yaml.YAMLError: If it is no YAML.
        ValueError: If it holds aliases or tags, is deep, is no mapping or names an impossible date.
    """
    depth = 0
    for token in yaml.scan(block, Loader=_Yaml):
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
            raise ValueError(_("it uses YAML anchors"))  # noqa: TRY004 - the type is not what is wrong
        if isinstance(token, yaml.TagToken):
            # PyYAML raises whatever comes up where a tag does not fit: `!!bool x` is a KeyError.
            raise ValueError(_("it uses YAML tags"))  # noqa: TRY004
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEEPEST:
            raise ValueError(_("it is nested too deeply"))
    data = yaml.load(block, Loader=_Yaml)  # noqa: S506 - plain data only
    if not isinstance(data, dict):
        raise ValueError(_("it is no list of fields"))  # noqa: TRY004
    return data
