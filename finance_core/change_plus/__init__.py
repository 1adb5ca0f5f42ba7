"""Wealth: Change Plus, the money-market wallet. Orders, units, the daily income with each holder's carried fraction."""
