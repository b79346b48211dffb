"""Who is asking.

actor    what a request or a run may act as: nobody, a user, or the app's administrator
tokens   API tokens: making one, and finding out who holds one
"""
