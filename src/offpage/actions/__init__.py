"""What a step can do: one file per action, grouped in folders; a file here is an action, there is no list.

action     what an action declares; kinds of properties
block      what a step declares that holds steps
context    what a running action may touch
scheduling what the actions that schedule workflows hand to the engine
saving     how a file gets into the storage; `encoding`, how it gets into an expression
catalogue  finds the actions
data/, workflows/, …   the actions
"""
