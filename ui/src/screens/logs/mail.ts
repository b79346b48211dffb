export type { MailPage, MailRow, MailShown } from "../../api/types";
