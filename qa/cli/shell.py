"""`qa completion` and `qa manual`: what a shell and `man` want to know of the commands."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from qa.i18n import _


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands and options.

    \b
    source <(qa completion bash)                                 bash, in ~/.bashrc
    source <(qa completion zsh)                                  zsh, in ~/.zshrc
    qa completion fish > ~/.config/fish/completions/qa.fish      fish
    """
    root = click.get_current_context().find_root()
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(_("No completion for {shell}.").format(shell=shell))
    click.echo(found(root.command, {}, "qa", "_QA_COMPLETE").source())


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def manual(folder: Path) -> None:
    """Write the manual into a folder, a page for each command.

    \b
    qa manual ~/.local/share/man/man1
    man qa-ask
    """
    from click_man.core import write_man_pages

    from qa import __version__

    root = click.get_current_context().find_root().command
    _shorten(root)
    write_man_pages("qa", root, version=__version__, target_dir=str(folder))


def _shorten(command: click.Command) -> None:
    """Set the short help of commands, which click-man makes by a deprecated call."""
    command.short_help = command.get_short_help_str(limit=60)
    if isinstance(command, click.Group):
        for under in command.commands.values():
            _shorten(under)
