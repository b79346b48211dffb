export interface MailRow {
  id: string;
  at: string;
  from: string;
  to: string;
  subject: string;
  attachments: { name: string; bytes: number }[];
}

export interface MailShown extends MailRow {
  cc: string;
  bcc: string;
  reply_to: string;
  text: string;
  html: string;
  invitation: string;
}

export interface MailPage {
  mails: MailRow[];
  total: number;
  kept: boolean;
  next: number | null;
}
