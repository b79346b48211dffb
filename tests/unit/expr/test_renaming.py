"""Names exchanged in the text of a property."""

from __future__ import annotations

import pytest

from offpage.expr.renaming import renamed

NAMES = {"order": "order_2", "sum": "sum_2"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=order.total", "=order_2.total"),
        ("=order.order + sum", "=order_2.order + sum_2"),
        ("=[order, other].where(this.order == order)", "=[order_2, other].where(this.order == order_2)"),
        ("=search(order, this.total > sum).sum(this.sum)", "=search(order, this.total > sum_2).sum(this.sum)"),
        ("=call_api(order.find, order=order)", "=call_api(order.find, order=order_2)"),
        ("=option(order).paid == order.state", "=option(order).paid == order_2.state"),
        ("=all_options(order).count + order.count", "=all_options(order).count + order_2.count"),
        ("='order' + order.number", "='order' + order_2.number"),
        ("order {{ order.number }}, {{order}}", "order {{ order_2.number }}, {{order_2}}"),
        ("\\=order", "\\=order"),
        ("order", "order"),
        ("=order. + (", "=order_2. + ("),
    ],
)
def test_a_name_is_exchanged_where_it_stands_for_a_value(text: str, expected: str) -> None:
    assert renamed(text, NAMES) == expected
