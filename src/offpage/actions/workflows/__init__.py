"""Actions that steer workflows and answer."""
