"""The maker's data: things in real tables, and tables that follow the app's data types.

assignment   which fields of a thing change and how
tables       the table of one data type as statements see it; `lists`, the side table of a list field
statements   statements over many ids, rendered once per size
creating, changing, deleting, copying, slugs   what happens to things, one file each
refusals     what the database refused, in the maker's words
things       all of that behind one object, shared by all runs
view         what one transaction has seen of the things

policy       the privacy rules of a data type; `privacy`, those rules at work in SQL and about one thing
guarded_view what one transaction shows to somebody from whom something is hidden
onlooker     somebody who looks at things outside a workflow; `permission`, what they may do
guarded_page a page of a search under privacy rules, in one statement
privacy_reasons  why a rule does not hold, in words

schema       plan, apply, purge: the database's tables follow the schema
plan         what must be done, and what of it would lose data
catalogue    what the database holds; `desired`, what a schema asks for
alterations  the changes of tables that a plan consists of; `conversions`, changes of type that keep values
"""
