import { IconAlertTriangle } from "@tabler/icons-react";
import { Said } from "../../desk/Said";
import { useIssuesWithin } from "../context";
import { type Path, samePath } from "../value";
import classes from "./IssueLines.module.css";

interface IssueLinesProps {
  path: Path;
  /** Only what is wrong with the place itself: what is within it tells its own. */
  exact?: boolean;
}

/** What is wrong at a place of the open file. */
export function IssueLines({ path, exact = false }: IssueLinesProps) {
  const issues = useIssuesWithin(path);
  return issues
    .filter((issue) => !exact || samePath(issue.path, path))
    .map((issue) => (
      <p key={`${issue.address}${issue.message}`} className={classes.issue} data-severity={issue.severity}>
        <IconAlertTriangle size={13} stroke={1.8} />{" "}
        <span>
          <Said text={issue.message} />
        </span>
      </p>
    ));
}
