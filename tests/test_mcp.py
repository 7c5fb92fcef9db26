"""The tools of a language model, asked by the official SDK's own client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import TextContent

from qa.cli import run
from qa.serve.desk import Desk
from qa.serve.guard import Rules
from tests.serving import Running, serving
from tests.test_serve import QUESTION, built, printed, without_times

TOOLS = {"ask", "search", "verify_quote", "get_article", "timeline", "about"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles."""
    return built(tmp_path_factory.mktemp("mcp"))


@pytest.fixture(scope="module")
def running(index: Path, reader: str) -> Iterator[Running]:
    """A server over it, whose log has questions."""
    with serving(Desk.over(index, reader), log_questions=True) as one:
        yield one


def command(index: Path, reader: str) -> StdioServerParameters:
    """How a program that runs a model starts it."""
    line = ["-m", "qa", "mcp", "--index", str(index), "--reader", reader]
    return StdioServerParameters(command=sys.executable, args=line, env={**os.environ})


@asynccontextmanager
async def connected(way: str, index: Path, reader: str, running: Running) -> AsyncIterator[Client]:
    """A client, over either transport."""
    where = f"http://127.0.0.1:{running.port}/mcp"
    async with Client(where if way == "http" else stdio_client(command(index, reader))) as client:
        yield client


@pytest.mark.parametrize("way", ["stdio", "http"])
async def test_every_tool_is_run(
    way: str, index: Path, reader: str, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    """By what the answer of one names the next is asked."""
    async with connected(way, index, reader, running) as client:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        for tool in listed:
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint is True
            assert tool.annotations.open_world_hint is False
            assert tool.description
            assert len(tool.description) < 120

        got = await client.call_tool("ask", {"question": QUESTION, "since": "2024-11-01"})
        assert isinstance(got.content[0], TextContent)
        text, document = got.content[0].text, got.structured_content
        assert document is not None
        line = ["ask", QUESTION, "--json", "--since=2024-11-01"]
        expected = printed(capsys, *line, "--index", str(index), "--reader", reader)
        assert without_times(document) == expected
        place = document["citations"][0]
        where = f"qa://{place['article_id']}"
        assert place["quote"] == "Dmitry Peskov"
        assert f'"Dmitry Peskov" {where} characters {place["start"]}-{place["end"]}' in text
        assert text.startswith(f"Status: {document['status']}.")

        got = await client.call_tool("get_article", {"article": place["article_id"]})
        page = got.structured_content
        assert page is not None
        assert page["text"][place["start"] : place["end"]] == place["quote"]
        read = (await client.read_resource(where)).contents[0]
        assert read.model_dump()["text"] == page["text"]
        templates = (await client.list_resource_templates()).resource_templates
        assert [each.uri_template for each in templates] == ["qa://{article}"]

        got = await client.call_tool("search", {"words": "juru bicara", "sort": "oldest"})
        assert isinstance(got.content[0], TextContent)
        assert got.content[0].text.startswith("1 passage in 1 article.\n[1] ")
        for quotation, verdict in (
            ("mengatakannya pada 19 November 2024", "verbatim"),
            ("mengatakannya pada 18 November 2024", "altered"),
            ("tidak pernah dikatakan siapa pun di sini", "not_found"),
        ):
            got = await client.call_tool("verify_quote", {"quotation": quotation})
            assert isinstance(got.content[0], TextContent)
            assert got.content[0].text.startswith(f"Verdict: {verdict}.")
            assert got.structured_content is not None
            assert got.structured_content["verdict"] == verdict
            assert (where in got.content[0].text) == (verdict != "not_found")
        got = await client.call_tool("timeline", {"topic": "juru bicara Kremlin"})
        assert isinstance(got.content[0], TextContent)
        assert got.content[0].text.startswith("2024-11-19 (written) [1]")
        got = await client.call_tool("about")
        assert isinstance(got.content[0], TextContent)
        assert got.content[0].text.startswith("2 articles")


@pytest.mark.parametrize("way", ["stdio", "http"])
async def test_what_is_not_there_is_said(
    way: str, index: Path, reader: str, running: Running
) -> None:
    """No answer plainly, and a mistake in words with which it can be put right."""
    async with connected(way, index, reader, running) as client:
        got = await client.call_tool("ask", {"question": "Siapa presiden Brasil?"})
        assert isinstance(got.content[0], TextContent)
        assert got.content[0].text.startswith("Status: no_answer. NOT FOUND: the articles")
        assert not got.is_error
        for tool, arguments, says in (
            ("ask", {"question": " "}, "empty"),
            ("ask", {"question": "Siapa?", "source": "Nirwana"}, "There are: Kabar."),
            ("ask", {"question": "Siapa?", "since": "kemarin"}, "no day"),
            ("get_article", {"article": "0123456789abcdef"}, "no article of this id"),
            ("get_article", {"article": "../../etc/passwd"}, "'article: It is no id; an id has 16"),
            ("ask", {"question": ""}, "'question: It is empty.'"),
            ("search", {}, "'words: It is missing.'"),
        ):
            got = await client.call_tool(tool, arguments)
            assert got.is_error
            assert says in str(got.content)
        with pytest.raises(MCPError, match="no article"):
            await client.read_resource("qa://0123456789abcdef")


async def test_tools_are_within_the_bounds_of_the_server(index: Path, reader: str) -> None:
    """Token, Host and Origin before anything is looked at; its log has a line for each call."""
    rules = Rules(token=b"correct-horse-battery")
    with serving(Desk.over(index, reader, workers=1), rules, log_questions=True) as running:
        asks = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert running.post("/mcp", asks).status == 401
        token = {"Authorization": "Bearer correct-horse-battery"}
        assert running.post("/mcp", asks, **token, Origin="http://evil.example").status == 403
        assert running.post("/mcp", asks, **token, Host="evil.example").status == 421
        assert running.get("/mcp", **token).status == 405
        call = {"name": "ask", "arguments": {"question": QUESTION}}
        accepts = {"Accept": "application/json, text/event-stream"}
        got = running.post(
            "/mcp", asks | {"method": "tools/call", "params": call}, **token, **accepts
        )
        assert got.status == 200
        assert "Dmitry Peskov" in got.document["result"]["content"][0]["text"]
    assert running.log[-1]["path"] == "/mcp"
    assert running.log[-1]["question"] == QUESTION


def test_standard_output_has_the_protocol_alone(index: Path, reader: str) -> None:
    """Every line of it, whatever comes in; it ends when its input does."""
    first = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": first},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "about"}},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "nothing"}},
    ]
    lines = [*map(json.dumps, messages), "no json", "[" * 100_000]
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *command(index, reader).args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        patience = threading.Timer(60, server.kill)
        patience.start()
        server.stdin.write("\n".join(lines) + "\n")
        server.stdin.flush()
        waiting = {1, 2, 3}
        for line in server.stdout:
            told = json.loads(line)
            assert told["jsonrpc"] == "2.0"
            waiting.discard(told.get("id"))
            if not waiting:
                # What is still being answered when the input ends gets no answer.
                server.stdin.close()
        patience.cancel()
    assert not waiting
    assert server.returncode == 0


def test_without_the_extra_it_says_which(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The SDK is of the extra `serve`."""
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert run(["mcp", "--index", str(index)]) == 2
    assert "pip install 'qa[serve]'" in capsys.readouterr().err
