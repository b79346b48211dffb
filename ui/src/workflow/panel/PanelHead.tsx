import { ActionIcon, Tooltip } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Said } from "../../desk/Said";
import classes from "./PanelHead.module.css";

interface PanelHeadProps {
  title: string;
  doc: string;
  color: string;
  children: ReactNode;
}

/** The panel's title; its documentation folds out below. */
export function PanelHead({ title, doc, color, children }: PanelHeadProps) {
  const [isShown, setShown] = useState(false);
  return (
    <>
      <header className={classes.head} style={{ "--group": color } as React.CSSProperties}>
        <h2>{title}</h2>
        {doc && (
          <Tooltip label="What this does">
            <ActionIcon aria-label="What this does" aria-expanded={isShown} onClick={() => setShown((now) => !now)}>
              <IconHelpCircle size={16} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
        {children}
      </header>
      {isShown && <Doc text={doc} />}
    </>
  );
}

/** Documentation as the catalogue has it: paragraphs, with code between back-ticks. */
function Doc({ text }: { text: string }) {
  return (
    <div className={classes.doc}>
      {text.split(/\n\s*\n/).map((paragraph) => (
        <p key={paragraph}>
          <Said text={paragraph} />
        </p>
      ))}
    </div>
  );
}
