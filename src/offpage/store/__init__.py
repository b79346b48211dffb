"""Databases: connections, the writer, system tables, statements by table, migrations. Knows no app, no expression.

tx           what one transaction can do, and the port `Database`: write, read, close
failures     what a database refused, said the same way for all of them
opening      a database by its address
sqlite       SQLite: `sqlite_tx` (a transaction), `writer` (one thread, group commit), `file_lock` (one server)
postgres     PostgreSQL: `postgres_tx` (`late_rows`, written together), `postgres_errors`, `postgres_connection`; a pool of
             threads (`postgres_worker`), which try again what others undid
leases       processes that share a database, and the fence; `holding`, this process's lease
job_queue    PgQueuer, which carries jobs between them
backup       a copy of an SQLite file while it is written to
watch        a hand on a reading, which may stop it
jobs, tell   handing segments to those threads, and telling who waits how they ended
ddl          tables as data; `tables` the first ones, `migrations` their numbered changes
upgrading    changes of the tables while older processes run: `running_versions`, who is there; `presence`, saying so
statement    statements rendered once for each dialect
batches      batches and their items; `pausing`, what is paused and when there is something to do
flow         places, starts and lines of workflows with limits
loops, changes, recurring   long lists and changes of runs that pause; what starts again and again (`run_tables`, `upgrade_tables`)
contents     what a table holds, in pages and summed up; `copying`, the system tables of a copy and its mark
deliveries   what webhooks were sent
run_lists    lists of runs, by what they are to be; `run_pages`, long ones: pages that begin anywhere; `workload`, what they cost by the hour
runs, queue, tokens, answers, definitions, settings   statements by table
"""
