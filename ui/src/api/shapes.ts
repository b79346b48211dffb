/** Shapes of what the server gives, as the contract of the editor's addresses has them. */

export type Role = "view" | "operate" | "edit";
export type Environment = "development" | "live";

export interface Session {
  name: string;
  role: Role;
  csrf: string;
  environments: Environment[];
  app: { name: string; version: string };
  url: string;
}

export type Path = (string | number)[];

export interface Issue {
  severity: "error" | "warning";
  message: string;
  address: string;
  file: string;
  line: number;
  column: number;
  path: Path;
}
