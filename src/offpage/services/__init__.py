"""The outside world, one file each.

files          what callers upload and steps save: the port; `local_files` keeps them in a folder, `s3_files` in a bucket;
               `file_links` opens a private one for an hour
mail           messages that leave, and the folder that keeps them where no server is set up; `captured` reads those again
smtp           messages to a server; header_address, mailboxes as headers have them
http           requests to other servers; `network` connects, to what is `reachable` only
client_tokens  access tokens of OAuth 2, for those who have no user
signatures     how vendors sign what they send to a webhook
sealing        texts encrypted, for the database; `key_file`, the key for that
invitation     meetings as iCalendar; plain_text, HTML for those who read none
"""
