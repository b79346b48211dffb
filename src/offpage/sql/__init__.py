"""SQL as fragments that values cannot enter, and the two dialects with all their differences.

fragment   text and bound values, kept apart until a driver takes them
dialect    what both databases must be able to say; `sqlite` and `postgres` say it
terms      what an operator means, where both say it alike; sqlite_terms, postgres_terms where they do not
sqlite_functions   the functions that SQLite lacks, registered on each connection
"""
