"""The expression language: text → syntax tree → typed IR → a closure, SQL, or words.

lexer      text → tokens
parser     tokens → syntax tree; never fails, unfinished text gives holes
checker    syntax tree + scope → IR and issues; every expression has a type before it runs
ir         the typed tree; `nodes`, everything in it
operator   what an operator declares; `operators/` holds them, one file per subject
closure    IR → a Python function of a Runtime; `symbols`, `application` and `parts` hold its pieces
query      IR of a search or a condition → one SQL statement
absent     things that are not there any more count as empty
access     the two questions by which privacy comes into a query
certainty  what a privacy rule says for certain: nothing empty makes it hold
reachable  whether a privacy rule could only hold if empty were equal to empty
completing what may come at the cursor of an expression that is being written
template   text with `{{ holes }}`
runtime    what a running expression may ask for
meter      how much an expression may do: time, items, characters
"""
