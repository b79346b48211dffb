import { Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import classes from "./LogIn.module.css";
import { LogInForm } from "./LogInForm";
import { Mark } from "./Mark";

/** The log-in page for editor accounts. In development the link that `offpage dev` prints makes it needless. */
export function LogIn() {
  const client = useQueryClient();
  return (
    <main className={classes.page}>
      <Stack gap="sm" className={classes.card}>
        <Mark size={34} />
        <Title order={1}>Log in to the editor</Title>
        <LogInForm entered={(session) => client.setQueryData(["session"], session)} />
        <Text size="xs" c="var(--text-faint)">
          No account yet? Where the server runs: <code>offpage editors create NAME --role edit</code>. Working on your
          own machine? Open the link that <code>offpage dev</code> prints.
        </Text>
      </Stack>
    </main>
  );
}
