"""What may come at the cursor of an expression that is being written, and what its parts are.

The checker itself says what is wanted: the word at the cursor is exchanged for a name that nobody uses, and when the
checker comes to it, it knows the scope, the type before the dot, and the type that is needed there.

completion  text and cursor → what may stand there, what fits first
spot        where the cursor is, as the checker sees it
names       what may stand alone: names, sources, searches, functions, words
members     what may stand after a dot
following   what may follow a value: symbols, `and`, `if`
item        one thing that is offered
painting    the parts of an expression by what they are, for colours and chips
"""
