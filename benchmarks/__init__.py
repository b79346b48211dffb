"""Benchmarks, run by hand: each measures Offpage against a reference written by hand, in the same run.

    python -m benchmarks http      requests a second, over real HTTP
    python -m benchmarks runs      queued runs a second
    python -m benchmarks data      searches over the Data API a second
    python -m benchmarks bulk      items of a batch a second
    python -m benchmarks due       how late runs start that are due together
    python -m benchmarks future    what a million waiting runs cost
    python -m benchmarks loop      iterations a second of a workflow that schedules itself
    python -m benchmarks history   a long history of runs on PostgreSQL, in one table and in partitions

load             the load generator, a process of its own
reference_store  the reference's tables and its writer thread
reference_http   the reference's HTTP server, a process of its own
reference_runs   the reference's worker
reference_data   the reference's HTTP server for searches
data_load        fills a database for searches; its app is the folder `data_app`
server           starts and stops a server, tells its memory and its time to the first answer
http, runs, data, bulk, due, future, loop   the benchmarks
scheduling       what the last four share; their app is the folder `schedule_app`
reference_scheduling   their references
report           tables
"""
