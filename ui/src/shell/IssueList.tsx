import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useIssues } from "../api/app";
import { Said } from "../desk/Said";
import { addressInEditor } from "./addressInEditor";
import classes from "./IssueList.module.css";

/** All issues of the app, errors first; a click leads to the place. */
export function IssueList({ close }: { close: () => void }) {
  const issues = useIssues();
  if (!issues.length) {
    return <p className={classes.none}>Everything is in order: the app can be run and deployed.</p>;
  }
  return (
    <ul className={classes.list} aria-label="Issues">
      {issues.slice(0, 300).map((issue) => {
        const { to, search } = addressInEditor(issue.file, issue.path);
        return (
          <li key={`${issue.address}:${issue.message}`}>
            <Link
              to={to}
              search={search as never}
              className={classes.issue}
              data-severity={issue.severity}
              onClick={close}
            >
              <IconAlertTriangle size={15} stroke={1.8} aria-label={issue.severity} />
              <span>
                <Said text={issue.message} />
                <small>
                  {issue.file}
                  {issue.line ? `, line ${issue.line}` : ""}
                </small>
              </span>
            </Link>
          </li>
        );
      })}
      {issues.length > 300 && <li className={classes.none}>…and {issues.length - 300} more.</li>}
    </ul>
  );
}
