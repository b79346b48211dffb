import { useQuery } from "@tanstack/react-query";
import { useIsOver } from "../api/reentry";
import { SessionContext, sessionQuery } from "../api/session";
import { LogIn } from "./LogIn";
import { Problem } from "./Problem";
import { SessionOver } from "./SessionOver";
import { Shell } from "./Shell";
import { Waiting } from "./Waiting";

/** Lets in who is logged in, and offers the log-in form to everybody else. */
export function Gate() {
  const { data, error, isPending, refetch } = useQuery(sessionQuery);
  const isOver = useIsOver();
  if (isPending) return <Waiting />;
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <LogIn />;
  return (
    <SessionContext value={data}>
      <Shell />
      {isOver && <SessionOver />}
    </SessionContext>
  );
}
