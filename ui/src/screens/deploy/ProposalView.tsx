import { useQuery } from "@tanstack/react-query";
import { appQuery, catalogueQuery } from "../../api/app";
import { Callout } from "../../desk/Callout";
import { Said } from "../../desk/Said";
import { count } from "../../desk/times";
import classes from "./Proposal.module.css";
import { KINDS, nameOf, type Proposal, partsSaid } from "./proposal";

const SIGNS: Record<string, string> = { added: "+", changed: "~", removed: "−" };
const WHAT: Record<string, string> = { waiting: "waiting", items: "items of batches", outside: "under way" };

/** What a deploy would change: documents, tables, values, and the runs that have not ended. */
export function ProposalView({ proposal }: { proposal: Proposal }) {
  const app = useQuery(appQuery);
  const catalogue = useQuery(catalogueQuery);
  const errors = proposal.issues.filter((one) => one.severity === "error");
  if (proposal.is_live) return <p className={classes.quiet}>Nothing: what is in the folder is live.</p>;
  const kinds = [...new Set(proposal.changes.map((one) => one.kind))];
  return (
    <div className={classes.proposal}>
      {errors.length > 0 && (
        <Callout tone="bad" title="An app with issues is not deployed">
          <ul className={classes.list}>
            {errors.map((one) => (
              <li key={`${one.address} ${one.message}`}>
                {one.file}:{one.line} <Said text={one.message} />
              </li>
            ))}
          </ul>
        </Callout>
      )}
      {proposal.obstacles.length > 0 && (
        <Sentences tone="bad" title="The data does not allow" lines={proposal.obstacles} />
      )}
      {proposal.losses.length > 0 && (
        <Sentences tone="warn" title="Values that live would lose (they are put aside)" lines={proposal.losses} />
      )}
      {kinds.map((kind) => (
        <section key={kind} className={classes.group}>
          <h3>{KINDS[kind] ?? kind}</h3>
          <ul className={classes.changes}>
            {proposal.changes
              .filter((one) => one.kind === kind)
              .map((one) => (
                <li key={one.id} data-how={one.how}>
                  <span className={classes.sign} role="img" aria-label={one.how}>
                    {SIGNS[one.how] ?? "?"}
                  </span>
                  <Named label={one.label} id={one.id || "app.yaml"} />
                  <span className={classes.parts}>{partsSaid(catalogue.data, kind, one.parts).join("; ")}</span>
                </li>
              ))}
          </ul>
        </section>
      ))}
      {!proposal.changes.length && <p className={classes.quiet}>Only the order of what is written has changed.</p>}
      {proposal.tables.length > 0 && (
        <section className={classes.group}>
          <h3>Tables</h3>
          <ul className={classes.list}>
            {proposal.tables.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
      )}
      {proposal.runs.length > 0 && (
        <section className={classes.group}>
          <h3>Runs that have not ended go on as they began</h3>
          <ul className={classes.list}>
            {proposal.runs.map((one) => (
              <li key={`${one.workflow} ${one.definition} ${one.what}`} data-bad={one.why_not ? true : undefined}>
                {nameOf(app.data, one.workflow)}: {count(one.count)} {WHAT[one.what] ?? one.what}, of the definition{" "}
                <code>{one.definition.slice(0, 12)}</code>
                {one.why_not && <b> These can no longer run: {one.why_not}</b>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {proposal.requests_wait && (
        <p className={classes.quiet}>Requests wait for about a second while the tables change.</p>
      )}
    </div>
  );
}

/** What a document is called, and the id that files and addresses know it by. */
function Named({ label, id }: { label: string; id: string }) {
  return label && label !== id ? (
    <>
      {label} <code className={classes.id}>{id}</code>
    </>
  ) : (
    id
  );
}

function Sentences({ tone, title, lines }: { tone: "bad" | "warn"; title: string; lines: string[] }) {
  return (
    <Callout tone={tone} title={title}>
      <ul className={classes.list}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Callout>
  );
}
