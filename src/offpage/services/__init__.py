"""The outside world, one file each: files and mail today; HTTP will stand beside them.

files   what callers upload, kept in a folder
mail    messages that leave; for now into a folder, to be looked at
"""
