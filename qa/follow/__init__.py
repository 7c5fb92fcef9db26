"""Feeds are followed: what is new in them becomes articles in a folder, politely.

    fetch.py     one address after the other: delays, limits, no private network
    robots.py    what a site lets us fetch
    feeds.py     RSS, Atom, JSON Feed -> items; OPML -> addresses
    article.py   a page -> Markdown with front matter
    state.py     what is remembered between two rounds
    round.py     one round through all feeds

Needs the extra `feeds`. Nothing here runs unless a person asks for it.
"""

from qa.follow.feeds import named
from qa.follow.fetch import Fetcher
from qa.follow.round import Round, follow
from qa.follow.state import State

__all__ = ["Fetcher", "Round", "State", "follow", "named"]
