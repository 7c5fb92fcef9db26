"""`python tui.py` opens the chat, as `qa chat` does."""

from qa.cli import run

if __name__ == "__main__":
    raise SystemExit(run(["chat"]))
