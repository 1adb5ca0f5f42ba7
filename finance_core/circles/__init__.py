"""Savings circles: people who pay in together and receive in turn, or who save, lend and share out.

`models` and `book.models` are the tables, `product` the terms of the catalogue, `rules` what needs no database.
"""
