"""Offers at the operators' desk: written, shown as a phone shows them, sent, watched."""
