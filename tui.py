"""`python tui.py` opens the chat, as `qa chat` does, with the same options."""

import sys

from qa.cli import run

if __name__ == "__main__":
    raise SystemExit(run(["chat", *sys.argv[1:]]))
