"""The ground floor: words that every other layer uses. No I/O, nothing of ours below it.

address  where something stands in an app (`workflows/orders/paid/steps/3`)
issues   what is wrong with an app, as data
errors   what can go wrong while running, as a tree of exceptions
ids      unique ids in Bubble's shape
clock    the time as an argument
events   what happened, for whoever listens
"""
