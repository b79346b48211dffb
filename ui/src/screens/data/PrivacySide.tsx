import { Said } from "../../desk/Said";
import { Part, Side } from "../../desk/Side";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import classes from "./Data.module.css";

interface Told {
  viewer: string;
  found: boolean;
  shown: string[];
  hidden: string[];
  rules: { name: string; holds: boolean; condition: string; allows: string[]; why_not: string[] }[];
}

interface PrivacySideProps {
  type: string;
  id: string;
  viewer: string;
  close: () => void;
}

/** What somebody sees of one thing, and what each privacy rule says about it. */
export function PrivacySide({ type, id, viewer, close }: PrivacySideProps) {
  const found = useAnswer<Told>("data", `/data/${type}/${encodeURIComponent(id)}/privacy`, { as_user: viewer });
  const who = viewer === "nobody" ? "A caller who is not known" : viewer;
  return (
    <aside className={classes.side} aria-label="What privacy rules say">
      <Side title="Who sees what" close={close}>
        {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
        {found.isPending && <Waiting />}
        {found.data && (
          <>
            <p className={classes.verdict}>
              {who} {found.data.found ? "finds this thing" : "does not find this thing"}
              {found.data.hidden.length === 0
                ? " and sees all of it."
                : found.data.shown.length > 1
                  ? `, and does not see: ${found.data.hidden.join(", ")}.`
                  : ", and sees nothing of it."}
            </p>
            {found.data.rules.map((rule) => (
              <Part
                key={rule.name}
                title={rule.name}
                extra={<span data-holds={rule.holds}>{rule.holds ? "holds" : "does not hold"}</span>}
              >
                {rule.condition && <code className={classes.condition}>{rule.condition}</code>}
                {rule.holds && <p className={classes.soft}>Lets them {rule.allows.join(", ") || "nothing"}.</p>}
                {rule.why_not.map((one) => (
                  <p key={one} className={classes.why}>
                    <Said text={one} />
                  </p>
                ))}
              </Part>
            ))}
            {!found.data.rules.length && <p>There is no rule: only the administrator sees these things.</p>}
          </>
        )}
      </Side>
    </aside>
  );
}
