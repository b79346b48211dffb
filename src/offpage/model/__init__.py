"""The documents as saved: plain, tolerant of nonsense, because an app being built is usually broken.

node       a YAML tree that knows its lines
reader     the folder → documents and issues (nothing is refused here)
writer     an edit of one file that keeps comments and order
app, data_type, option_set, workflow   one document each
schema     what types, fields and option sets there are, resolved; what everything above asks
snapshot   the app's canonical form and its hash
json_schema   schemas of the files, for editors
"""
