"""resolve(app) → Program and issues: an app made ready to run. Never raises for what a maker did.

program    what comes out
resolve    the app as a whole
workflow   one workflow: parameters, slots, conditions, steps
step       one step: its action and properties
privacy    the privacy rules of each data type; `privacy_warnings`, what in them was hardly meant
listing    the properties of schedule_on_list; `calling`, those that start another workflow
props      one property by its kind
expression a YAML value that may be an expression
"""
