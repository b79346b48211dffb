"""Users who sign up, log in, and change how they do."""
