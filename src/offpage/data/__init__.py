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
guarded_row  one thing with what each rule says of it, in one statement; `shown`, what follows from that
guarded_page a page of a search under privacy rules, in one statement
privacy_reasons  why a rule does not hold, in words

exposed      the data types on the Data API, each with its names, its JSON form, its searches and its writes
wire_names   what types and fields are called on the wire; `field_names`, by which names a caller may mean a field
constraints  constraint types → conditions, built from `constraint_terms`; `constraint_values`, what they are given
sorted_fields  by which fields things can be sorted
listing      a search: its shape, compiled once, its values and its page
wire         a thing as it stands in JSON; `bodies`, a JSON object → what is to be written
writing      writes under the rules, told with what was before and what is after; `shapes`, which fields go together
allowing     the rules asked about a write before it: `drafts`, what a thing would be; `references`, what it would refer to

schema       plan, apply, purge: the database's tables follow the schema
plan         what must be done, and what of it would lose data
catalogue    what the database holds; `desired`, what a schema asks for; `held`, where an app says otherwise
moving       the tables of a database made anew in another
alterations  the changes of tables that a plan consists of; `conversions`, changes of type that keep values
"""
