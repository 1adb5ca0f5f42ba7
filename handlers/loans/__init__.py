"""Loans: borrowing, repaying, standing for somebody, and what is agreed when it goes badly."""
