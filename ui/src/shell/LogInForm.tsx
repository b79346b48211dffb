import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { logIn } from "../api/session";
import type { Session } from "../api/shapes";
import { Said } from "../desk/Said";

interface LogInFormProps {
  /** The name that stands there already. */
  known?: string;
  entered: (session: Session) => void;
}

/** Name and password of an editor account. */
export function LogInForm({ known = "", entered }: LogInFormProps) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const entering = useMutation({ mutationFn: () => logIn(name, password), meta: { quiet: true }, onSuccess: entered });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
      {entering.error && (
        <Alert color="red" variant="light" role="alert">
          <Said text={entering.error.message} />
        </Alert>
      )}
      <TextInput
        size="sm"
        label="Name"
        autoComplete="username"
        required
        autoFocus={!known}
        data-autofocus={known ? undefined : true}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        size="sm"
        label="Password"
        autoComplete="current-password"
        required
        autoFocus={known !== ""}
        data-autofocus={known ? true : undefined}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" loading={entering.isPending}>
        Log in
      </Button>
    </form>
  );
}
