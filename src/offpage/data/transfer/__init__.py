"""Things in files: CSV and JSON lines, out and in, however many there are. Nothing is held but one piece at a time.

columns      which field a column's name means; the value of a cell, and the cell of a value
exporting    every thing of a type, oldest first, to `csv_form.CsvOut` or `json_form.JsonOut`
csv_form     CSV, written and read
json_form    JSON lines, written and read
entry        one thing as a file gives it, with its line, or what is wrong with that line
importing    entries → things: created, or changed if they are there; what is wrong is told line by line
file_import  a whole file in transactions of a few hundred lines, for a command; a step does the same in engine/importing
"""
