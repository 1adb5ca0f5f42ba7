"""The screens of accumulating circles."""
