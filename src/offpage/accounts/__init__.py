"""Who is asking.

actor      what a request or a run may act as: nobody, a user, or the app's administrator
tokens     finding out who holds a token; making API tokens
users      users as accounts: found by e-mail, created, disabled, given another password
user_lines users as whoever runs the app sees them; `administration` is what they do to accounts
entrance   proving to be somebody with a password; `passwords` hashes them, `throttle` counts attempts
sessions   users who are logged in, each log-in a token
links      links that work once: reset, confirm, log in; `hashing` is what is kept of a secret
"""
