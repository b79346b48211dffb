"""The outside world, one file each: files today; mail and HTTP will stand beside it.

files   what callers upload, kept in a folder
"""
