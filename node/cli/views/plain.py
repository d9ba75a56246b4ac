"""Any JSON value, readably: for results that no view is made for."""

from node.cli import forms
from node.cli.page import Page


def show_anything(page: Page, value: object) -> None:
    """Write an object as names and values, a list as lines."""
    match value:
        case dict():
            page.pairs((_name(key), _value(one)) for key, one in value.items())
        case list():
            for one in value:
                page.say(_value(one))
        case _:
            page.say(_value(value))


def _name(key: object) -> str:
    return forms.line(key).replace("_", " ").capitalize()


def _value(value: object) -> str:
    match value:
        case {"amount": _, "currency": _, "minutes": _}:
            return forms.rate(value)
        case {"amount": _, "currency": _}:
            return forms.money(value)
        case dict():
            return ", ".join(f"{forms.line(k)}: {_value(v)}" for k, v in value.items())
        case list():
            return "\n".join(_value(one) for one in value)
        case _:
            return forms.line(value)
