"""Reports: the book read as of any date, as tables. Nothing here writes, and nothing says how a table is shown.

`table` is the mechanism, each other module a family of reports, `everything` their register, `formats` the files.
"""
