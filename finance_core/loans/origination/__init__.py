"""From an application to a signed contract: what was asked and decided, the paper, lines, who stands for a loan."""
