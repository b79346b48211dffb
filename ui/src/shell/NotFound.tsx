import { Center, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

export function NotFound() {
  return (
    <Center h="100%">
      <Stack align="center" gap="xs">
        <Text>There is no such page in the editor.</Text>
        <Link to="/workflows">Go to the workflows</Link>
      </Stack>
    </Center>
  );
}
