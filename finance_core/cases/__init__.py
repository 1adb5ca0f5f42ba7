"""Cases: what a person asked to have answered by a person, by when, and what was answered; and counts of questions.

A case holds no decision about money. Its texts are encrypted, and an operator reads those of their own cases only.
"""
