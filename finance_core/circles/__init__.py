"""Savings circles: people who pay in together and receive in turn, or who save, lend and share out.

Tables are in the modules whose name ends in `models`, the terms of the catalogue in `product`, what needs no database
in `rules`.
"""
