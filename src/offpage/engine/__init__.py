"""Runs workflows: exactly once inside, nothing accepted is lost.

calls       what goes in (a call) and comes out (an outcome, an answer)
engine      the front door: call now, accept for later, look up
segment     one stretch of a run in one transaction: parameters, condition, steps, record
walk        through the code of a run, into blocks and events and out again: `doing`, one step; `looping`, rounds;
            `calling`, events; `frames`, what is open where a run stands, and `open_frames`, that as data
progress    what is carried from one segment to the next
changes     what a run changed, as it was; `triggers`, what that starts; `outside_changes`, where no run made them
recurring   what starts again and again; `step_recurring`, arming it in a run
run         a run that is to be executed, and what runs need from the machine
running     the surroundings of a running workflow: what expressions and actions may ask for
outside     runs that have left the database, carried to their ends; `trip`, one outside step on its way
step_things creating, changing and deleting things, counted and remembered
journal     what each step did, as data; at once the trace, the log and the checkpoint
step_schedule  scheduling in a run; `waiting`, what is to wait as rows
draining    one turn of the dispatcher: `lines`, runs whose turns have come, `queued`, due runs (`due_run`, a row as a
            run; `enqueuing`, a run as a row), then `batching` (and `batch_work`), items of batches
flow        limits of workflows: who may begin; `arriving`, a run that is due and has limits, `debouncing`, calls that
            become one, `skipping`, runs that do not run, `places`, what runs hold; `calls_with_limits` and `turns`,
            callers who wait
rerunning   failed runs, tried again; `from_step`, runs once more from one of their steps
left_outside  runs of which only the record is left; `again`, those that wait for their step's next attempt
items       an item of a batch as a run; `batch_end`, what follows when the last has ended
packing     values of a waiting run as JSON, exactly
masking     keeps secrets out of records
importing   a file that a step imports, piece by piece
redirecting where a run that has ended sends its caller
failures    the workflows that follow failures
record      the row that is kept of a run
idempotency answers kept under an Idempotency-Key, and those of accepted runs; `status`, what callers learn of these
broken      runs that something unforeseen ended: recorded as failed all the same; `unbegun`, those that could not begin
refitting   runs on their way while the tables change
housekeeping  what need not be kept any more
workload    what a run costs, counted as it happens; `adding_up`, what all have cost, from their records; `unrecorded`,
            what is spent without a run
sharing     what is done where several processes have one database: claims, what the dead have left
dispatch/   wakes up for due work: `embedded` in the process, `distributed` with jobs between processes
"""
