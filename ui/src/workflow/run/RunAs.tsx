import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../api/client";
import { useEnvironment } from "../../api/environment";
import type { UsersFound } from "../../api/types";

/** Somebody who is not logged in, as callers of a workflow with `auth: none` may be. */
const NOBODY = { value: "nobody", label: "Nobody: not logged in" };

/** For whom a workflow runs: as the administrator, as nobody, or as a user, whose rights then count. */
export function RunAs({ user, change }: { user: string; change: (user: string) => void }) {
  const env = useEnvironment();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text, 200);
  const { data } = useQuery({
    queryKey: ["data", env, "users", asked],
    queryFn: ({ signal }) => get<UsersFound>(`/${env}/users`, { q: asked }, signal),
    placeholderData: keepPreviousData,
  });
  const users = (data?.users ?? []).map((one) => ({ value: one.id, label: one.email || one.id }));
  const found = [NOBODY, ...users];
  return (
    <Select
      label="Run as"
      placeholder="The administrator: privacy rules do not count"
      searchable
      clearable={user !== ""}
      data={found}
      filter={({ options }) => options}
      searchValue={text}
      onSearchChange={setText}
      value={user || null}
      onChange={(next) => change(next ?? "")}
      nothingFoundMessage="No user has that in their e-mail"
    />
  );
}
