"""What a privacy rule says for certain: its condition, so written that nothing empty makes it yes.

In a rule a comparison with something empty is neither yes nor no but unknown, and so is whatever depends on it, as in
Kleene's logic: `not` of unknown is unknown, `and` is no where one part is no, `or` is yes where one part is yes. A rule
holds where its condition is yes. `certain` says this once, as an ordinary expression in which everything that must have a
value is asked for; Python and the databases then evaluate it as they evaluate any other.

terms     small expressions that others are made of
sure      a value, and what must hold for it to be known
knowing   each part of a condition: when it is yes for certain, when it is no for certain
lists     lists: which items are in them for certain, and whether that is all
"""
