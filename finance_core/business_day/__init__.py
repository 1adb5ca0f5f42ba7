"""The business date and the order of a day: closing, catching up, travelling."""
