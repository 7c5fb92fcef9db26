"""The same archive over many machines: `qa cluster`, on Ray (extra `cluster`).

Nothing here is imported without the command, and ray only within the modules that start it.
"""
