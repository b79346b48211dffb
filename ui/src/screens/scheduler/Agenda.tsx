import { ActionIcon, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Nothing } from "../../desk/Nothing";
import { count } from "../../desk/times";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import classes from "./Agenda.module.css";
import { daysOf } from "./days";
import type { Calendar, CalendarHour } from "./waiting";

const DAY = 86_400_000;

/** What will start, day by day: a week at a time, or one day with its hours. */
export function Agenda() {
  const [span, setSpan] = useState<"week" | "day">("week");
  const [start, setStart] = useState(() => midnight(Date.now()));
  const days = span === "week" ? 7 : 1;
  const from = new Date(Math.max(start, Date.now())).toISOString();
  const to = new Date(midnight(start + days * DAY + DAY / 2)).toISOString();
  const asked = useMemo(() => ({ from: from.slice(0, 16), to }), [from, to]);
  const found = useAnswer<Calendar>("scheduled", "/calendar", asked);
  const shown = daysOf(found.data?.hours ?? [], start, days);
  const move = (by: number) => setStart(midnight(start + by * days * DAY + DAY / 2));
  return (
    <div className={classes.agenda}>
      <Group gap="xs" px={20} py={10}>
        <SegmentedControl
          aria-label="How much"
          value={span}
          onChange={(value) => setSpan(value as "week" | "day")}
          data={[
            { value: "week", label: "Week" },
            { value: "day", label: "Day" },
          ]}
        />
        <ActionIcon aria-label="Earlier" disabled={start <= midnight(Date.now())} onClick={() => move(-1)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon aria-label="Later" onClick={() => move(1)}>
          <IconChevronRight size={16} />
        </ActionIcon>
        <Button variant="subtle" color="gray" onClick={() => setStart(midnight(Date.now()))}>
          Today
        </Button>
        <Text size="xs" c="var(--text-soft)" ml="auto">
          {found.data && `The schedules count in ${found.data.zone}; times here are yours.`}
        </Text>
      </Group>
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && !found.data.hours.length && (
        <Nothing title="Nothing starts in this time">
          What recurs (`cron`, `every`) and what workflows schedule appears here.
        </Nothing>
      )}
      {found.data && found.data.hours.length > 0 && (
        <div className={classes.days} data-span={span}>
          {shown.map((day) => (
            <section key={day.at} className={classes.day} aria-label={day.label}>
              <h2 className={classes.name} data-today={day.isToday || undefined}>
                {day.label}
              </h2>
              {day.hours.map((hour) => (
                <Entry
                  key={`${hour.first} ${hour.workflow}`}
                  hour={hour}
                  isPaused={found.data.paused.everything || found.data.paused.workflows.includes(hour.workflow)}
                />
              ))}
              {!day.hours.length && <p className={classes.none}>nothing</p>}
            </section>
          ))}
        </div>
      )}
    </div>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });

function Entry({ hour, isPaused }: { hour: CalendarHour; isPaused: boolean }) {
  const first = clock.format(new Date(hour.first));
  const last = clock.format(new Date(hour.last));
  return (
    <div className={classes.entry} data-trigger={hour.trigger} data-paused={isPaused || undefined}>
      <span className={classes.time}>{hour.count > 1 && first !== last ? `${first} – ${last}` : first}</span>
      <span className={classes.workflow}>
        {hour.label}
        {hour.count > 1 && <span className={classes.times}> × {count(hour.count)}</span>}
        {isPaused && <span className={classes.times}> · paused</span>}
      </span>
    </div>
  );
}

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
