"""A folder that uses every kind of file and is right in all of them; tests break it in one place."""

from collections.abc import Mapping
from typing import Final

FILES: Final[Mapping[str, str]] = {
    "app.yaml": """\
name: Shop
time_zone: Europe/Oslo          # the default zone
api:
  workflows: yes
  data: yes
  keys: label
  docs: yes
limits:
  recursion_depth: 0
  run_seconds: 12.5
email: {from: "Shop <no-reply@shop.test>"}
""",
    "types/order.yaml": """\
label: Order
api: yes
fields:
  number:   {type: text, unique: yes}
  customer: user                          # a reference to one thing
  status:   {type: status, default: open} # an option
  total:    number
  paid:     {type: yes_no, default: no}
  paid_at:  date
  items:    list of item
  colors:   {type: list of text, default: [12, red]}
privacy:
  owner:
    when: =this.customer == current_user
    find: yes
    view: all
    files: yes
  everyone: {view: [status]}
""",
    "types/item.yaml": """\
# what is sold
fields:
  price: number
  name: {type: text, label: Name, index: yes}
""",
    "options/status.yaml": """\
attributes: {color: text, weight: number}
options:
  open: {label: Open, color: "#2a6", weight: 2}
  paid: {label: Paid}
  lost: Lost in the post
""",
    "workflows/orders/paid.yaml": """\
label: An order was paid
trigger: api
auth: user
method: POST
parameters:
  order: order
  amount: number
  note:  {type: text, optional: yes}
  tags:  {type: list of text, in: query}
only_when: =order.paid == no
return_200_if_skipped: no
steps:
  # first the order
  - do: change_thing
    as: paid_order
    with:
      thing: =order
      set: {paid: yes, paid_at: =now, total: {increase: =amount}}
    only_when: =amount > 0
  - do: return_data
    with:
      values: {id: =paid_order.id}
""",
    "workflows/cleanup.yaml": """\
trigger: recurring
every: 1 day
time_zone: Europe/Oslo
steps:
  - do: delete_list
    with: {list: "=search(order, this.total < 1)"}
""",
    "connectors/stripe.yaml": """\
label: Stripe
address: https://api.stripe.test
calls:
  charge: {method: POST, path: /v1/charges}
""",
}


def with_file(name: str, text: str) -> dict[str, str]:
    """The folder with one file exchanged or added."""
    return {**FILES, name: text}
