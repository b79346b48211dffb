import { Button } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";

export function RunButton() {
  return (
    <Button leftSection={<IconPlayerPlayFilled size={12} />} disabled>
      Run
    </Button>
  );
}
