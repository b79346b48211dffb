import { Button, Center, Stack, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { Said } from "../desk/Said";

/** What stands where an answer should: the server's sentence, and the way to try again. */
export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <Center h="100%" mih={160} p="lg" role="alert">
      <Stack align="center" gap="xs" maw={460}>
        <IconPlugConnectedX size={26} stroke={1.6} color="var(--bad)" />
        <Text ta="center">
          <Said text={error.message} />
        </Text>
        {retry && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Center>
  );
}
