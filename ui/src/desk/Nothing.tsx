import { Center, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** What stands where there is nothing to list: a sentence, and what can be done. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Center p="xl" w="100%" h="100%" mih={180}>
      <Stack gap={6} align="center" maw={460}>
        <Text fw={560}>{title}</Text>
        <Text size="sm" c="var(--text-soft)" ta="center" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  );
}
