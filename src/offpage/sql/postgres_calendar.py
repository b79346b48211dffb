"""Calendar arithmetic in PostgreSQL's words, with the meaning of `values/calendar.py`.

A moment is a BIGINT of ms. The wall shows a `timestamp` in the zone. PostgreSQL reads a time that the wall shows
twice as the later one; ours is the earlier, so the offset of the day before is tried first.
"""

from __future__ import annotations

from typing import Final

from offpage.sql.fragment import Sql, sql

FIRST_MS: Final = sql("(-62135596800000)")
LAST_MS: Final = sql("253402300799999")


def half_up(number: Sql) -> Sql:
    """The nearest whole number, half away from zero, as a number. The operand is repeated."""
    return sql("(trunc({}) + CASE WHEN abs({} - trunc({})) >= 0.5 THEN sign({}) ELSE 0 END)", *(number,) * 4)


def in_range(moment: Sql) -> Sql:
    """The moment, or NULL outside the years 1 to 9999."""
    return sql(
        "(SELECT CASE WHEN m BETWEEN {} AND {} THEN m END FROM (SELECT {} AS m OFFSET 0) AS op_o)",
        FIRST_MS,
        LAST_MS,
        moment,
    )


def shifted(moment: Sql, number: Sql, unit_ms: int) -> Sql:
    """A moment so many units of ms later; both operands are short."""
    by = sql("{} * CAST({} AS DOUBLE PRECISION)", number, whole(unit_ms))
    rounded = sql("(SELECT CAST({} AS BIGINT) FROM (SELECT {} AS b OFFSET 0) AS op_p)", half_up(sql("b")), by)
    later = sql("{} + {}", moment, rounded)
    limit = sql("{} / CAST({} AS DOUBLE PRECISION)", sql("506804601599998"), whole(unit_ms))
    return sql("CASE WHEN abs({}) <= {} THEN {} END", number, limit, in_range(later))


def whole(number: int) -> Sql:
    """A whole number of ours as text of the statement (never a maker's value)."""
    return Sql((str(int(number)),))


def wall(zone: Sql, moment: Sql) -> Sql:
    """What the wall shows: a timestamp. The moment is repeated."""
    utc = sql(
        "(timestamp '1970-01-01' + ({} / 86400000) * interval '1 day' + ({} % 86400000) * interval '1 millisecond')",
        moment,
        moment,
    )
    return sql("({} AT TIME ZONE 'UTC' AT TIME ZONE {})", utc, zone)


def moment_of(zone: Sql, shown: Sql) -> Sql:
    """The moment at which the wall shows this; NULL if either is outside the years 1 to 9999."""
    before = sql("(t AT TIME ZONE {} - interval '24 hours')", zone)
    offset = sql("({} AT TIME ZONE {} - {} AT TIME ZONE 'UTC')", before, zone, before)
    return sql(
        "(SELECT {} FROM (SELECT CASE WHEN (early AT TIME ZONE {}) = t THEN early ELSE t AT TIME ZONE {} END AS instant "
        "FROM (SELECT t, (t - {}) AT TIME ZONE 'UTC' AS early FROM (SELECT {} AS t OFFSET 0) AS op_a "
        "WHERE t >= timestamp '0001-01-01' AND t < timestamp '10000-01-01' OFFSET 0) AS op_b OFFSET 0) AS op_c)",
        in_range(sql("CAST(floor(extract(epoch FROM instant) * 1000) AS BIGINT)")),
        zone,
        zone,
        offset,
        shown,
    )


def changed(zone: Sql, moment: Sql, change: Sql) -> Sql:
    """The moment after a change of what the wall shows; `change` is a timestamp made of `t`."""
    shown = sql(
        "(SELECT {} FROM (SELECT {} AS t FROM (SELECT {} AS m OFFSET 0) AS op_d OFFSET 0) AS op_e "
        "WHERE t >= timestamp '0001-01-01' AND t < timestamp '10000-01-01')",
        change,
        wall(zone, sql("m")),
        moment,
    )
    return moment_of(zone, shown)


def plus_days(zone: Sql, moment: Sql, number: Sql) -> Sql:
    """A moment so many calendar days later."""
    return _later(zone, moment, number, sql("4000000"), sql("interval '1 day'"))


def plus_months(zone: Sql, moment: Sql, number: Sql) -> Sql:
    """A moment so many calendar months later."""
    return _later(zone, moment, number, sql("130000"), sql("interval '1 month'"))


def _later(zone: Sql, moment: Sql, number: Sql, most: Sql, unit: Sql) -> Sql:
    later = changed(zone, moment, sql("t + n * {}", unit))
    return sql(
        "(SELECT {} FROM (SELECT {} AS n FROM (SELECT {} AS f OFFSET 0) AS op_g WHERE abs(f) <= {} OFFSET 0) AS op_h)",
        later,
        half_up(sql("f")),
        number,
        most,
    )


def _on_the_wall(zone: Sql, moment: Sql, operand: Sql, answer: Sql) -> Sql:
    """An answer made of `t`, what the wall shows, and `u`, another operand; NULL outside the years 1 to 9999."""
    return sql(
        "(SELECT {} FROM (SELECT {} AS t, u, m FROM (SELECT {} AS m, {} AS u OFFSET 0) AS op_r OFFSET 0) AS op_s "
        "WHERE t >= timestamp '0001-01-01' AND t < timestamp '10000-01-01')",
        *(answer, wall(zone, sql("m")), moment, operand),
    )


def date_part(zone: Sql, moment: Sql, part: Sql) -> Sql:
    """One part as a number; `unix_ms` needs no wall."""
    shown = _on_the_wall(
        zone,
        moment,
        part,
        sql(
            "CAST(CASE u WHEN 'millisecond' THEN extract(milliseconds FROM t) % 1000 "
            "WHEN 'second' THEN floor(extract(second FROM t)) WHEN 'minute' THEN extract(minute FROM t) "
            "WHEN 'hour' THEN extract(hour FROM t) WHEN 'weekday' THEN extract(dow FROM t) "
            "WHEN 'day' THEN extract(day FROM t) WHEN 'week' THEN extract(week FROM t) "
            "WHEN 'month' THEN extract(month FROM t) WHEN 'quarter' THEN extract(quarter FROM t) "
            "WHEN 'year' THEN extract(year FROM t) END AS DOUBLE PRECISION)"
        ),
    )
    return sql("CASE {} WHEN 'unix_ms' THEN CAST({} AS DOUBLE PRECISION) ELSE {} END", part, moment, shown)


def rounded_down(zone: Sql, moment: Sql, unit: Sql) -> Sql:
    """The beginning of the unit; NULL for a unit nobody knows."""
    start = sql(
        "CASE WHEN u IN ('second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year') THEN date_trunc(u, t) END"
    )
    return moment_of(zone, _on_the_wall(zone, moment, unit, start))
