"""Runs workflows: exactly once inside, nothing accepted is lost.

calls       what goes in (a call) and comes out (an outcome, an answer)
engine      the front door: call now, accept for later, look up
segment     one stretch of a run in one transaction: parameters, condition, steps, record
running     the surroundings of a running workflow: what expressions and actions may ask for
step_things creating, changing and deleting things, counted and remembered
journal     what each step did, as data; at once the trace, the log and the checkpoint
step_schedule  scheduling in a run; `waiting`, what is to wait as rows
draining    one turn of the dispatcher: `queued`, due runs, then `batching`, items of batches
items       an item of a batch as a run; `batch_end`, what follows when the last has ended
packing     values of a waiting run as JSON, exactly
masking     keeps secrets out of records
record      the row that is kept of a run
idempotency answers kept under an Idempotency-Key
dispatch/   wakes up for due work
"""
