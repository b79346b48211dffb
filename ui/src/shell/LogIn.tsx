import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { logIn } from "../api/session";
import classes from "./LogIn.module.css";
import { Mark } from "./Mark";

/** The log-in form for editor accounts. In development the link that `offpage dev` prints makes it needless. */
export function LogIn() {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: () => logIn(name, password),
    meta: { quiet: true },
    onSuccess: (session) => client.setQueryData(["session"], session),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <Stack gap="sm">
          <Mark size={34} />
          <Title order={1}>Log in to the editor</Title>
          {entering.error && (
            <Alert color="red" variant="light" role="alert">
              {entering.error.message}
            </Alert>
          )}
          <TextInput
            size="sm"
            label="Name"
            autoComplete="username"
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            size="sm"
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" size="sm" loading={entering.isPending}>
            Log in
          </Button>
          <Text size="xs" c="var(--text-faint)">
            Working on your own machine? Open the link that <code>offpage dev</code> prints.
          </Text>
        </Stack>
      </form>
    </main>
  );
}
