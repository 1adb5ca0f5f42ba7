"""Who posts in `benchmarks/posting.py`: each a module for a process of its own, told what to do by lines of JSON.

They import nothing else of `benchmarks`, so that another revision of Susu or another Python can run them.
"""
