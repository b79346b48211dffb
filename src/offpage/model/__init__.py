"""The documents as saved: plain, tolerant of nonsense, because an app being built is usually broken.

Reading, from text to meaning:
yaml_text      YAML text → nodes that know their lines (`node`)
form, keys     what may stand where in every kind of file, declared once
form_reader    nodes → plain values by their form; what is wrong becomes issues (`report`)
reader         the folder → documents and issues (nothing is refused here)
settings, workflow   app.yaml, one workflow (`documents` has their shapes, `names` what ids look like)
env_file       secrets
data_type, option_set   the schema (`schema`): types, fields, option sets, with `type_text`, `literal`, `known`
snapshot       the app's canonical form and its hash

Writing, one place at a time:
writer         edits of one file that keep everything else to the character, and files exchanged in one motion
edit           what an edit means for the tree; `edit_text` what it does to the text, with `span`, `find`, `extent`
render         values → YAML text

json_schema    schemas of the files, for editors, from the same declarations as the reader
"""
