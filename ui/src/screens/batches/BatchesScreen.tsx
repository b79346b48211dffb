import { useNavigate } from "@tanstack/react-router";
import { Nothing } from "../../desk/Nothing";
import { Split } from "../../desk/Split";
import { useAnswer } from "../../desk/useAnswer";
import { Problem } from "../../shell/Problem";
import { Waiting } from "../../shell/Waiting";
import { useScreenPath } from "../useScreenPath";
import { BatchCard } from "./BatchCard";
import classes from "./Batches.module.css";
import { BatchSide } from "./BatchSide";
import type { BatchPage } from "./batch";

/** The runs of one workflow over a list: how far each is, and what failed. */
export default function BatchesScreen() {
  const chosen = useScreenPath();
  const navigate = useNavigate();
  const found = useAnswer<BatchPage>("batches", "/batches", { limit: 100 });
  const open = (id: string) => void navigate({ to: `/batches/${id}`, search: ((all: object) => all) as never });
  return (
    <Split
      title="Batches"
      sideLabel="The batch"
      side={chosen && <BatchSide key={chosen} id={chosen} close={() => open("")} />}
    >
      {found.error && !found.data && <Problem error={found.error} retry={() => void found.refetch()} />}
      {!found.data && !found.error && <Waiting />}
      {found.data && !found.data.batches.length && (
        <Nothing title="There are no batches">
          Run a workflow over the rows of a table in Data, or use the action “schedule on list”.
        </Nothing>
      )}
      {found.data && found.data.batches.length > 0 && (
        <div className={classes.list}>
          {found.data.batches.map((batch) => (
            <BatchCard key={batch.id} batch={batch} isChosen={batch.id === chosen} open={() => open(batch.id)} />
          ))}
        </div>
      )}
    </Split>
  );
}
