"""The command line. Each command imports what it needs when it runs, so that `--help` is instant.

Answers go to standard output, everything else to standard error. Exit codes: 0 answered or unsure,
1 no answer, nothing found, or a quotation that is not verbatim, 2 usage, 3 index missing, damaged
or incompatible, 4 corpus, 5 model, 6 an answer that is incomplete, 7 a server that does not answer,
70 a fault of qa itself, 71 not enough memory, 74 output that cannot be written (a full disk), 130
interrupted, 141 closed pipe, 143 terminated.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from inspect import cleandoc

import click

from qa import __version__
from qa.chat.preferences import load_preferences
from qa.cli.about import about
from qa.cli.ask import ask
from qa.cli.chat import chat
from qa.cli.cluster import cluster
from qa.cli.follow import follow
from qa.cli.index import check, index
from qa.cli.inspect import inspect
from qa.cli.mcp import mcp
from qa.cli.measure import evaluate
from qa.cli.plugins import plugins
from qa.cli.quote import quote
from qa.cli.screen import one_line, tell_notes
from qa.cli.search import search
from qa.cli.serve import serve
from qa.cli.sheet import sheet
from qa.cli.shell import completion, manual
from qa.cli.stop import Terminated
from qa.cli.timeline import timeline
from qa.cli.train import train
from qa.cli.watch import watch
from qa.errors import QAError, UsageError
from qa.i18n import LANGUAGES, _, language_of, number, use
from qa.language.text import safe
from qa.places import preferences_file


def main() -> None:
    """Run the command line in the person's language, and exit with its code."""
    _open_streams()
    use(_language())
    _translate(cli)
    tell_notes()
    sys.exit(run(sys.argv[1:]))


def _open_streams() -> None:
    """Put nothing in the place of a standard stream that the caller has closed.

    Python leaves None there, and the next file opened, an index perhaps, would get its descriptor.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 - open to the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the terminal's encoding lacks becomes a question mark, not a traceback.
        sys.stdout.reconfigure(errors="replace")


def _language() -> str:
    """The language set in the chat, else that of the environment."""
    try:
        chosen = load_preferences(preferences_file()).language
    except UsageError:
        # The chat tells of it.
        chosen = ""
    return chosen if chosen in LANGUAGES else language_of(os.environ)


def _translate(command: click.Command) -> None:
    """Put the help of a command, and of those under it, into the language in use."""
    command.help = command.help and _(cleandoc(command.help))
    for one in command.params:
        if isinstance(one, click.Option):
            one.help = one.help and _(cleandoc(one.help))
    if isinstance(command, click.Group):
        for under in command.commands.values():
            _translate(under)


def run(arguments: list[str]) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    try:
        code = cli.main(args=arguments, prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        # It repeats what was typed, or what a script took from elsewhere.
        told = _Told()
        error.show(file=told)
        click.echo(safe(told.getvalue()), err=True, nl=False)
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("qa: interrupted"), err=True)
        return 130
    except Terminated:
        click.echo(_("qa: terminated"), err=True)
        return 143
    except (_ClosedPipe, BrokenPipeError):
        _drop_output()
        return 141
    except QAError as error:
        click.echo(f"qa: {one_line(str(error))}", err=True)
        return error.exit_code
    except MemoryError as error:
        limit = (
            str(error) if isinstance(error, _LittleMemory) else _("free some, or raise the limit")
        )
        click.echo(_("qa: not enough memory: {reason}").format(reason=limit), err=True)
        return 71
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            _drop_output()
            reason = _("qa: cannot write the output: {reason}").format(reason=error.strerror)
            click.echo(reason, err=True)
            return 74
        # Python's own exit code for this is 1, which here means "no answer".
        click.echo(safe(traceback.format_exc()), err=True, nl=False)
        return 70
    return code if isinstance(code, int) else 0


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _drop_output() -> None:
    """What is left in the buffer would raise again when Python closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Told(io.StringIO):
    """Takes words as they are; from what is no terminal click leaves out escape sequences."""

    def isatty(self) -> bool:
        """As a terminal says."""
        return True


class _ClosedPipe(Exception):
    """Whoever read our output has gone."""


class _LittleMemory(MemoryError):
    """The limit on this process is below what libraries take to load."""


def _require_memory() -> None:
    """Refuse a limit under which faiss dies of a segmentation fault while it is imported."""
    try:
        import resource
    except ModuleNotFoundError:
        # Windows has no such limit.
        return
    limit, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < _LEAST_BYTES:
        raise _LittleMemory(
            _("its limit is {limit} MiB and qa needs {needed}: raise ulimit -v").format(
                limit=number(limit >> 20), needed=number(_LEAST_BYTES >> 20)
            )
        )


_LEAST_BYTES = 1 << 30


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        """Run a command; click itself would turn a closed pipe into exit code 1."""
        _require_memory()
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ClosedPipe from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qa")
def cli() -> None:
    """Ask a folder of news articles; get the exact words that answer, with their source.

    \b
    qa ask "Siapa juru bicara Kremlin?"    one question
    qa chat                                a conversation
    qa index my-articles/                  read your own articles
    """


for command in (
    ask,
    chat,
    about,
    index,
    watch,
    follow,
    check,
    cluster,
    quote,
    search,
    timeline,
    sheet,
    inspect,
    serve,
    mcp,
    evaluate,
    train,
    plugins,
    completion,
    manual,
):
    cli.add_command(command)
