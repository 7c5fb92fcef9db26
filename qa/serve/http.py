"""The routes, each of which has one piece of work done; every answer is JSON, errors too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from qa import __version__
from qa.errors import QAError, ShardsMissing, UsageError
from qa.serve import docs, service
from qa.serve.desk import Desk, Refused, Work
from qa.serve.guard import GONE, error_body, note
from qa.serve.tools import tools
from qa.show import dumps

_MOST_MARKED = 100
_MOST_LISTED = 100_000


class Error(BaseModel):
    """What is wrong, in words."""

    error: str


_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": Error, "description": "The token is absent or another."},
    403: {"model": Error, "description": "A page of another site asks."},
    413: {"model": Error, "description": "The body is too long."},
    415: {"model": Error, "description": "The body is no JSON."},
    421: {"model": Error, "description": "The Host is not this server's."},
    422: {"model": Error, "description": "The request makes no sense; the words say why."},
    503: {"model": Error, "description": "Not now: ask again after `Retry-After` seconds."},
}
_MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": Error, "description": "There is no such article."}
}


def application(desk: Desk) -> FastAPI:
    """The routes over a desk."""
    manager = tools(desk).session_manager

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        async with manager.run():
            yield

    app = FastAPI(
        title="qa",
        version=__version__,
        description="Ask a folder of news articles; get the exact words that answer, or be told "
        "they are not there. Documents are those of `--json` on the command line.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=running,
        responses=_ERRORS,
    )
    # It keeps no sessions, so there is nothing to listen to with GET.
    app.router.routes.append(Route("/mcp", StreamableHTTPASGIApp(manager), methods=["POST"]))
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)

    async def document(request: Request, work: Work[dict[str, Any]]) -> Response:
        return await _document(desk, request, work)

    @app.post("/ask", summary="The answer to a question", response_class=_Json)
    async def ask(request: Request, asked: service.Question) -> Response:
        """`qa.answer/1`, whatever its `status`."""
        note(asked.question)
        return await document(request, lambda engine, left_s: service.ask(engine, asked, left_s)[1])

    @app.post("/search", summary="Passages that hold some words", response_class=_Json)
    async def search(request: Request, asked: service.Search) -> Response:
        """`qa.search/1`: the words marked, nothing read."""
        note(asked.words)
        return await document(request, lambda engine, _left_s: service.search(engine, asked))

    @app.post("/quote", summary="Whether the articles have a quotation", response_class=_Json)
    async def quote(request: Request, asked: service.Quotation) -> Response:
        """`qa.quote/1`, whatever the verdict: `verbatim`, `altered` or `not_found`."""
        note(asked.quotation)
        return await document(request, lambda engine, _left_s: service.quote(engine, asked)[1])

    @app.post("/timeline", summary="Dated sentences on a topic", response_class=_Json)
    async def timeline(request: Request, asked: service.Topic) -> Response:
        """`qa.answer.timeline/1`: in the order of their days."""
        note(asked.topic)
        return await document(request, lambda engine, _left_s: service.timeline(engine, asked))

    @app.get(
        "/articles/{id}",
        summary="An article with its text",
        response_class=_Json,
        responses=_MISSING,
    )
    async def article(
        request: Request,
        id_: Annotated[str, Path(alias="id", pattern="^[0-9a-f]{16}$")],
        span: Annotated[
            list[str],
            Query(max_length=_MOST_MARKED, description="To mark, in code points: `640-712`."),
        ] = [],  # noqa: B006 - FastAPI copies it
        again: service.Again = False,
    ) -> Response:
        """`qa.article/1` with `text`, and each `span` that is asked for under `marked`."""
        return await document(
            request, lambda engine, _left_s: service.article(engine, id_, span, again=again)
        )

    @app.get("/articles", summary="The newest articles", response_class=_Json)
    async def articles(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=_MOST_LISTED, description="Most to give.")] = 100,
    ) -> Response:
        """`qa.articles/1`: id, title, source and day of each, and how many `more` there are."""
        return await document(request, lambda engine, _left_s: service.headlines(engine, limit))

    @app.post("/sources", summary="How many articles each source has", response_class=_Json)
    async def sources(request: Request, asked: service.Filtered) -> Response:
        """`qa.sources/1`: the most first, each with its first and its last day."""
        return await document(request, lambda engine, _left_s: service.sources(engine, asked))

    @app.get("/about", summary="What the index holds", response_class=_Json)
    async def about(request: Request, *, again: service.Again = False) -> Response:
        """`qa.about/1`."""
        return await document(request, lambda engine, _left_s: service.about(engine, again=again))

    @app.get("/health", summary="Whether it runs, and how much it has to do", response_class=_Json)
    async def health() -> Response:
        """At once, however many questions wait."""
        counts, info = desk.counts, desk.info
        return _Json(
            {
                "status": "ok",
                "version": __version__,
                "index": {"id": info.id, "built": info.built},
                "waiting": counts.waiting,
                "begun": counts.begun,
                "done": counts.done,
                "refused": counts.refused,
                "late": counts.late,
            }
        )

    @app.get("/metrics", summary="Figures to watch", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """For Prometheus: what was done and waits, how long it took, what a cluster's calls did."""
        lines = [f"{name} {value:g}" for name, value in desk.figures.items()]
        return PlainTextResponse("\n".join([*lines, ""]), media_type="text/plain; version=0.0.4")

    page = docs.page(app.openapi())

    @app.get("/docs", include_in_schema=False)
    async def described() -> Response:
        return Response(page.html, media_type="text/html", headers=page.headers)

    return app


class _Json(Response):
    """A document as the command line prints it."""

    media_type = "application/json"

    def render(self, content: Mapping[str, Any]) -> bytes:
        """UTF-8, with nothing in it that a terminal obeys."""
        return dumps(content).encode()


async def _document(desk: Desk, request: Request, work: Work[dict[str, Any]]) -> Response:
    """What comes of a piece of work; it loses its place if the client goes."""
    doing = asyncio.ensure_future(desk.done(work))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({doing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            return Response(status_code=GONE)
        return _Json(doing.result())
    except Refused as error:
        return _error(503, str(error), {"Retry-After": str(error.after_s)})
    except ShardsMissing as error:
        return _error(503, str(error), {"Retry-After": str(Refused.after_s)})
    except service.NoArticle as error:
        return _error(404, str(error))
    except UsageError as error:
        return _error(422, str(error))
    except QAError as error:
        return _error(500, str(error))
    finally:
        doing.cancel()
        # It may fail on its way out, which nobody waits to hear.
        doing.add_done_callback(lambda task: task.cancelled() or task.exception())
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(error_body(words), status, headers, "application/json")


async def _of_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these alone
    words = HTTPStatus(error.status_code).phrase + "."
    if error.status_code == 400:
        words = "The body is no JSON."
    return _error(error.status_code, words, error.headers)


async def _of_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    # The first step is `body`, `path` or `query`.
    return _error(422, service.in_words(error.errors(), 1))
