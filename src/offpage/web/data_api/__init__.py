"""The Data API: `/api/1.1/obj/TYPE` (bubble.md 2, 15), in the order in which a request meets it.

answer    which type, who is asking, which method; from here to one of the following
visit     one request: who asks what about which type
asking    the query string of a search → its shape, its values, its page
reading   one thing, or a page of them, as JSON
patience  a search is waited for: for its turn, for so long as it may take, while its caller does
changes   create, change, replace, delete
bulk      many things created by one request, a line each
sent      files that came inside a body, stored before anything is written
"""
