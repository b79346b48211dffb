import { Center, Loader } from "@mantine/core";

export function Waiting() {
  return (
    <Center h="100%" mih={120} role="status" aria-label="Loading">
      <Loader size="sm" type="dots" />
    </Center>
  );
}
