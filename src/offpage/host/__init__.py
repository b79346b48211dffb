"""Puts the parts together: the only place that names concrete classes.

settings     what the command line and the environment say
app_runner   one environment: a database, the app's definition on it, the engine that runs it
secrets      what .env and the environment hold
compose      a folder and settings → everything one process serves
watching     the folder changed: read it again
serve        one process serving until it is told to stop
log          what happens, as lines on standard error
schedule_view  what waits, and batches, as people see them
bulk         a workflow over things of a type, from outside a server
one_run      one run from outside a server, and the records of runs
privacy_view what privacy rules let somebody see of real things, and why not
"""
