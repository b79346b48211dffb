"""Benchmarks, run by hand: each measures Offpage against a reference written by hand, in the same run.

    python -m benchmarks http      requests a second, over real HTTP
    python -m benchmarks runs      queued runs a second

load             the load generator, a process of its own
reference_store  the reference's tables and its writer thread
reference_http   the reference's HTTP server, a process of its own
reference_runs   the reference's worker
server           starts and stops a server, tells its memory and its time to the first answer
http, runs       the benchmarks
report           tables
"""
