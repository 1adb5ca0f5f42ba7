"""Savings circles: people who pay in together and receive in turn, or who save, lend and share out.

So far their rules, which need no database: auctions, draws that anybody can check, the share-out.
"""
