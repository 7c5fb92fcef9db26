"""The index folder: writing a generation, publishing it, opening it, verifying it.

    index/CURRENT                        the generation in use, and its manifest's sha256
    index/<generation>/manifest.json     settings, models, counts, size and sha256 of each file
    index/<generation>/articles.sqlite   articles, and passages as offsets into them
    index/<generation>/vectors.faiss     one vector a passage
    index/<generation>/lexical/          BM25 over stemmed words
    index/vectors.unfinished             what a slow encoder made for a build that was broken off
    index/.lock                          locked by the one process that may build

A generation never changes once CURRENT names it. A build writes a folder beside it, which becomes
the index in one atomic step or not at all.

Not handled: two machines building into one network folder whose locks do not reach across.
"""

from qa.store.current import has_index
from qa.store.draft import Draft, Suggest, draft, passage_digest
from qa.store.generation import Generation, open_generation, origin_of
from qa.store.manifest import Manifest, Origin, rebuild
from qa.store.verify import verify

__all__ = [
    "Draft",
    "Generation",
    "Manifest",
    "Origin",
    "Suggest",
    "draft",
    "has_index",
    "open_generation",
    "origin_of",
    "passage_digest",
    "rebuild",
    "verify",
]
