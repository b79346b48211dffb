"""The maker's data: things in real tables, and tables that follow the app's data types.

assignment   which fields of a thing change and how
tables       the table of one data type, and the side tables of its list fields, as statements see them
statements   statements over many ids, rendered once per size
creating, changing, deleting, copying, slugs   what happens to things, a file each
refusals     what the database refused, in the maker's words
things       all of it behind one object, shared by all runs
view         what one transaction has seen of the things
catalogue, desired, plan, steps, conversions   the database's tables follow the schema
schema       plan, apply and purge
"""
