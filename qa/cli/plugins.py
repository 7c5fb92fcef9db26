"""`qa plugins`: what other packages bring."""

from __future__ import annotations

import click

from qa.cli.options import json_option
from qa.cli.screen import one_line, print_json
from qa.i18n import _


@click.command()
@json_option
def plugins(as_json: bool) -> None:
    """List the loaders, encoders and readers that other installed packages bring."""
    from dataclasses import asdict

    from qa.plugins import plugins as installed

    found = installed()
    if as_json:
        print_json({"plugins": [asdict(one) for one in found]})
        return
    if not found:
        click.echo(_("No installed package brings a part for qa."))
    for one in found:
        fault = _("cannot be used: {reason}").format(reason=one.fault) if one.fault else ""
        cells = (one.group, one.name, one.package, fault)
        click.echo(one_line("  ".join(cell for cell in cells if cell)))
