"""Steps that hold steps: loops, branches, transactions."""
