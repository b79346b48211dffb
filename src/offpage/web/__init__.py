"""The HTTP side, in the order in which a request meets it.

server        uvicorn, run by us: bounded heads, stalled connections closed, a graceful stop
connection    one HTTP connection whose head is bounded
app           the one ASGI callable: finds the place that a path means and answers every error
paths         what a path means
serving       what the web layer is given: the environments and what each has
request       one request: its headers, its body as bytes
packed        a body that came packed (`Content-Encoding`)
cors          calls from pages of other origins
credentials   the credential of a request → who is calling
rate          how many requests a minute an app takes
workflow_api  bubble.md 1.3, step by step: a call of a workflow
later         a call that is answered before it has run (202), and the place where it can be asked about
inbox         who signed what came in, where a workflow asks for that
detect        `…/initialize`: a sample request, kept for the editor
data_api      bubble.md 2: things read and written without a workflow; `data_access`, what it works with, and `turns`,
              whose search is next; `nimble`, room for the others while one is slow
content       the body as its content type says: `json_body`, `forms`, `multipart`, `charsets`
parameters    the workflow's parameters out of body and query; all problems in one answer
uploads       files that come with a request; `files` serves them again (`pieces`); `private_files`, who may use their addresses
meta          what the app says about itself: Bubble's metadata, OpenAPI, Swagger, a page for people
answers       an outcome → an answer
streaming     a run that tells its caller something while it goes on: server-sent events
redirects     an outcome → a redirection
problems      an error → an answer
reply         an answer on its way out
"""
