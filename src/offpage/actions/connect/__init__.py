"""Actions that reach other programs."""
