"""Databases: connections, the writer, system tables, statements by table, migrations. Knows no app, no expression.

tx         what one transaction can do
database   the port: read, write, close; `sqlite` and `postgres` implement it
writer     SQLite's one writer thread with group commit
tables     the system tables; migrations
runs, queue, tokens, …   statements by table
"""
