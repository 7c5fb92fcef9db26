"""The description of the routes as a page of its own: no script, nothing loaded from anywhere."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h2 { font: bold 1.1rem ui-monospace, monospace; border-top: 1px solid; padding-top: 1rem }
table { border-collapse: collapse } td, th { text-align: left; padding: .1rem 1rem .1rem 0 }
code, td:first-child { font-family: ui-monospace, monospace } :root { color-scheme: light dark }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the headers that keep it to itself."""

    html: str
    headers: Mapping[str, str]


def page(openapi: Mapping[str, Any]) -> Page:
    """The page of an OpenAPI document."""
    digest = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    title, version = (escape(str(openapi["info"][name])) for name in ("title", "version"))
    html = "\n".join(
        [
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            f"<title>{title}</title><style>{_STYLE}</style>",
            f"<h1>{title} {version}</h1><p>{_words(openapi['info']['description'])}</p>",
            '<p>For programs: <a href="/openapi.json">openapi.json</a></p>',
            *_routes(openapi),
        ]
    )
    return Page(html, {"Content-Security-Policy": policy})


def _routes(openapi: Mapping[str, Any]) -> Iterator[str]:
    schemas = openapi["components"]["schemas"]
    for path, methods in openapi["paths"].items():
        for method, route in methods.items():
            yield f"<h2>{escape(method.upper())} {escape(path)}</h2>"
            yield f"<p>{_words(route['summary'])}. {_words(route.get('description', ''))}</p>"
            rows = [
                _row(each["name"], each["schema"], each.get("description", ""), each["required"])
                for each in route.get("parameters", ())
            ]
            if "requestBody" in route:
                name = route["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                body = schemas[name.rpartition("/")[2]]
                needed = body.get("required", ())
                rows += [
                    _row(key, field, field.get("description", ""), key in needed)
                    for key, field in body["properties"].items()
                ]
            yield from (["<table>", *rows, "</table>"] if rows else [])
            answers = ", ".join(
                f"{escape(code)} {_words(answer['description'])}"
                for code, answer in route["responses"].items()
                if code != "200"
            )
            yield f"<p><small>Else: {answers}</small></p>"


def _row(name: str, schema: Mapping[str, Any], words: str, needed: bool) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    kind = " or ".join(each["type"] for each in kinds if "type" in each)
    usual = schema.get("default")
    told = "needed" if needed else "" if usual is None else f"usually {usual}"
    cells = (escape(name), escape(kind), _words(words), escape(told))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _words(written: str) -> str:
    """Words with what stands in backquotes as code."""
    parts = escape(" ".join(written.split())).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))
