"""resolve(app) → Program and issues: an app made ready to run. Never raises for what a maker did.

program    what comes out
resolve    the app as a whole; `faults`, what is wrong costs the workflows that rest on it
ground     what all workflows stand on: types, rules, options, connectors; `kept`, what is not made again when little changed
workflow   one workflow: parameters, slots, conditions, steps
code       the steps as one flat list, in which a step that holds steps knows where they stand
step       one step: its action and properties
change     what a data_change workflow is about; `schedule`, when a recurring one starts; `returns`, what an event gives
verifying  who must have signed what comes in; `receiving`, what tells deliveries apart (`signed`)
streaming  which workflows tell their callers something while they run
flow       the limits of a workflow's runs (`limits`)
signatures what every workflow takes and gives, known before any step is read
privacy    the privacy rules of each data type; `privacy_warnings`, what in them was hardly meant
account_warnings  steps by which a stranger could take over an account; `change_warnings`, that change what a caller chooses
wire_keys  fields that would have the same key on the wire
listing    the properties of schedule_on_list; `calling`, those that start another workflow or make a call
connectors the calls of connectors/; `call_auth`, how they prove who makes them; `call_values`, what they send
hoisting   calls in expressions as steps before; `filling`, texts whose holes are escaped
props      one property by its kind
expression a YAML value that may be an expression
"""
