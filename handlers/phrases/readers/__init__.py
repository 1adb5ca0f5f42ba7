"""Readers of text: each finds one thing in what was said (a sum, a day, a plan …), and claims it or passes."""
