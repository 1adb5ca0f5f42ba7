"""Pictures: what is to be drawn as values (`drawing`), and the plot of it (`renderer` and what it loads).

Screens make plots, with every word in the person's language already. Nobody but the renderer, a process of its own
that `bot/processes/render_process.py` keeps, loads matplotlib: importing it takes two seconds, and drawing holds the
interpreter up.
"""
