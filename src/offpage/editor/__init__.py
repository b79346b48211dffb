"""The server side of the web editor: what a browser asks under `/editor/api`, and the pages themselves.

What a command and the editor both need stands in `host`; here is only what a browser needs beside it.

answering    every request under /editor/ comes through here: who asks, may they, which handler, every error an answer
assets       the built pages (`web/ui`), and the one page that answers every address of the editor
routing      finds the handlers: every module here that has ROUTES; `route`, one line of such a table
roles        what somebody in the editor may do
opening      a host → its editor
sessions     who is in, and the one-time tokens that let a developer in
studio       what all handlers share
asked        one request as its handler sees it
replies      answers in JSON with the headers that they all have

folder       the app's files, with what they were a moment ago; `moving`, another name for one
places       the address of an issue → its path in the file
scopes       what may stand at a place of a file, remembered while somebody types there
news         what happens, gathered for the pages that are open
shapes       what several resources give

Resources, a file each, with their addresses in a table ROUTES:
session      who is in, coming in with a link or an account (`log_in`), going out
runs         what ran and why something did not (`run_views`, `run_shapes`; `moments` reads times)
catalogue    what an app can be made of
app          what there is in this one, in short; `issues`, what is wrong; `search`, where words stand
files        files read and edited (`edits`), and merged with what others have changed
events       the stream of what happens
detecting    waiting for a sample request; how to call a workflow
scheduled    what waits, what starts next; batches, how far they are
mail, deliveries, logs   what was kept, what was sent, what stood out (`log_book` keeps the last lines)
things       the table of things (`thing_asked`, `thing_shapes`); `transfer`, CSV in and out; `bulk`, a workflow over many
retrying     failed runs once more; `workload`, what the app costs
deploys      what a deploy would change, doing it, going back
expressions  an expression checked, completed, and computed with a run's values (`preview`)
pasting      steps that come into a workflow, with names that are free there
trying       a workflow run with parameters, as a user
"""
