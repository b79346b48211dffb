"""Puts the parts together: the only place that names concrete classes.

settings     what the command line and the environment say
sources      where a definition comes from: the folder, or what was deployed
fitting      a program and a database made to fit each other
app_runner   one environment: a database, the app's definition on it, the engine that runs it
keys         the key that a database was used with
secrets      what .env and the environment hold
compose      a folder and settings → databases and the environments on them
proposing    what a deploy would change; `deploying`, doing it; `proposal_view`, as plain data
live         the live environment of a server, which follows the deploys
hosting      the environments of one process, and the site that is served from them
watching     the folder changed: read it again
backing_up   a data folder copied beside its server
surroundings_check  what is wrong with .env and the variables of the process
copying      an app's databases moved to other ones; `left_behind`, the mark of those that were left
serve        one process serving until it is told to stop
log          what happens, as lines on standard error
schedule_view  what waits, and batches, as people see them
batch_steering  what people do to a batch; `mail_view`, mail that was kept
thing_table  things as a table, through anybody's eyes (`thing_search`); `bulk_estimate`, what a run takes
bulk         a workflow over things of a type, from outside a server
delivery_view  what webhooks were sent, as people see it, and run again
run_why      why a run did not run (`why_not`, a condition part by part; `run_values`, what stood in it); `run_lines`
one_run      one run from outside a server, and the records of runs
failed_runs  failed runs, tried again: what that would repeat, and doing it
privacy_view what privacy rules let somebody see of real things, and why not
dispatching  which dispatcher an environment has; `figures`, what /metrics tells of it
"""
