"""An archive that other programs ask: over HTTP, as tools of a model (MCP), in a browser.

    desk.py      worker threads, each with an engine; the requests that wait for one
    service.py   what can be asked and what comes back: one way for HTTP and MCP
    guard.py     who may ask: Host, Origin, token, sizes; the log
    http.py      the routes
    docs.py      their description, as a page that loads nothing
    tools.py     the same for the Model Context Protocol
    run.py       from a socket to the last answer
    web.py       the chat in a browser

The extra `serve` brings the libraries. Documents and errors are English, as `--json` is. Not
handled: TLS; where others can reach the port, a proxy has to bring it.
"""
