"""What an app says about itself: `/api/1.1/meta` and what stands below it (bubble.md 1.9).

answer          which of the documents is asked for, and whether it is shown; each is made once
outline         Bubble's own `/meta`: exposed types and workflows
openapi         the whole API as OpenAPI 3.1, from `workflow_paths` and `data_paths`
value_schemas   JSON Schemas of the values that are sent and answered
search_schemas  JSON Schemas of constraints and sort rules
responses       the answers that any operation may give
swagger         the same document said in Swagger 2.0
page            the same document as a page for people; its `look`; `curl`, a command for each operation
"""
