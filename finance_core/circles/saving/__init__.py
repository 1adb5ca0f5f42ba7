"""Accumulating circles: members buy shares at meetings, lend to each other by vote, and share out at the end.

What needs loans (lending, a meeting's end, leaving, sharing out) is `journeys.saving_circles`.
"""
