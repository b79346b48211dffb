export type { Calendar, CalendarHour, PausedShown, WaitingPage, WaitingRow } from "../../api/types";
