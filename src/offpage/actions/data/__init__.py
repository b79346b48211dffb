"""Actions on things."""
