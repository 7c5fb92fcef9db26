"""Real faults, injected: killed processes, full disks, flipped bits, hostile files.

`pytest -m faults` injects every one of them and ends with a line a case; any other run injects a
few of each.
"""
