"""A search, and the list operators after it, as ONE SQL statement; a condition on a row as one SQL condition.

chain         which expressions are such a query; the IR of a chain → a Select, step by step
conditions    what `and` joins, each by itself; constraints that are left out
select        the state of a query being built: rows, conditions, order, limits
ordering      the order of a search
reduction     what makes one value of a query: count, sum, contains, first
row           an expression over one row (`this.total > 100`) → SQL terms
by_ids        a field of a referred thing compared with a value, for an index on the reference
membership    `in` and `contains` with lists that are known before
frame         where fields of the row, and of things it refers to, are read; joins
draft         what all of these share while a statement is built
term          a piece of SQL with its type, and whether it may be NULL
compilation   the finished query, and running it

Whatever does not look at the row is computed by a closure and bound as a value, so that it means what it means in
Python. What cannot be said in SQL raises Unsayable; the checker reports it at its place.
"""
