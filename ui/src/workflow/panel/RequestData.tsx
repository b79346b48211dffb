import { Button, Group, Loader, Text } from "@mantine/core";
import { IconAntennaBars5 } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { get, post, remove } from "../../api/client";
import { useEvent } from "../../api/events";
import { tell } from "../../api/notify";
import { useOpenFile } from "../context";
import { isMapping, type Value } from "../value";
import { Field } from "./Field";
import { SampleTree } from "./SampleTree";
import { Section } from "./Section";

interface Detecting {
  listening: boolean;
  url: string;
}

/** “Detect data”: waits for one request, and shows what it brought as a tree to pick from. */
export function RequestData({ id, data }: { id: string; data: Value | undefined }) {
  const { store, readOnly } = useOpenFile();
  const path = `/workflows/${encodeURIComponent(id)}/detect`;
  const state = useQuery({ queryKey: ["app", "detect", id], queryFn: () => get<Detecting>(path) });
  const [arrived, setArrived] = useState(false);
  const { refetch } = state;
  const switching = useMutation({
    mutationFn: (on: boolean) => (on ? post<Detecting>(path) : remove<Detecting>(path)),
    onSuccess: () => {
      setArrived(false);
      void refetch();
    },
  });
  const detected = useCallback(
    (news: unknown) => {
      if ((news as { workflow?: string } | null)?.workflow !== id) return;
      setArrived(true);
      tell("A request has come: its data is below.");
      void refetch();
      void store.load();
    },
    [id, refetch, store],
  );
  useEvent("detected", detected);
  const listening = state.data?.listening ?? false;
  const sample = isMapping(data) ? data.sample : undefined;
  return (
    <Section
      title="Request data"
      startsClosed={!sample && !listening}
      note={sample === undefined ? "not detected" : "detected"}
    >
      <Field label="" path={["request_data"]}>
        {listening ? (
          <>
            <Group gap={8} mb={6}>
              <Loader size={13} />
              <Text size="sm">Waiting for a request to</Text>
            </Group>
            <code style={{ fontSize: 11.5, overflowWrap: "anywhere" }}>{state.data?.url}</code>
            <Button
              mt={8}
              display="block"
              variant="default"
              loading={switching.isPending}
              onClick={() => switching.mutate(false)}
            >
              Stop waiting
            </Button>
          </>
        ) : (
          !readOnly && (
            <Button
              variant="default"
              leftSection={<IconAntennaBars5 size={15} />}
              loading={switching.isPending}
              onClick={() => switching.mutate(true)}
            >
              {sample === undefined ? "Detect data" : "Detect again"}
            </Button>
          )
        )}
      </Field>
      {sample !== undefined && !listening && (
        <div role="status" aria-label={arrived ? "A new sample" : "The sample"}>
          <SampleTree value={sample} base="request" />
        </div>
      )}
    </Section>
  );
}
