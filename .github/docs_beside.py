"""What lies beside docs/ joins the site: GitHub wants it there, and links hold in both places."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures, SECURITY.md and CONTRIBUTING.md."""
    beside = Path(config.config_file_path).parent
    for path in sorted([*beside.glob("*.svg"), *beside.glob("*.md")]):
        files.append(File.generated(config, path.name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """On the site all pages lie in one folder."""
    return markdown.replace("](../", "](").replace("](docs/", "](")
