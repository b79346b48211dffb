"""The outside world, one file each.

files          what callers upload, kept in a folder
mail           messages that leave, and the folder that keeps them where no server is set up; `captured` reads those again
smtp           messages to a server
invitation     meetings as iCalendar; plain_text, HTML for those who read none
"""
