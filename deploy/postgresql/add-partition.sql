-- The next part of a partitioned op_runs, beside running servers; run it (cron) before the last one is full:
--   psql "$OFFPAGE_DATABASE" --set schema=live --set rows=10000000 --file add-partition.sql
\set ON_ERROR_STOP on
SET search_path = :"schema";
SELECT max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint) AS first,
       max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?(\d+)''?\)'))[1]::bigint) + :rows AS after,
       'op_runs_' || count(*) AS name  -- one of them is op_runs_rest
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'op_runs'::regclass \gset
CREATE TABLE :"name" PARTITION OF op_runs FOR VALUES FROM (:first) TO (:after);
