"""The command line: `offpage COMMAND`. Every command is a file, imported when it is asked for.

main       the group of commands; errors as sentences; exit codes
options    the options that several commands take
printing   human text, or JSON lines with --json
trace      a run as people read it

new        a small working app to start from (its files are in `starter/`)
dev        serve a folder, reading it again when it changes
serve      serve the live version at /, the folder at /version-test/
check      every issue of a folder
deploy     the folder to live, or live back to what it was; `proposal`, what that changes
run        run one workflow now
runs       runs that were
scheduled  runs that wait
batches    workflows over lists
bulk       a workflow over things of a type
token      API tokens
users      who can log in; `passwords`, asking for one
export     things of a data type as CSV or JSON lines
import     things out of CSV or JSON lines
file_forms the options of both; `progress`, how far they have come
detect     wait for a sample request
"""
