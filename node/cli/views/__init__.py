"""Answers for people, by the name of the command that gave them."""

from collections.abc import Mapping
from typing import Final

from node.cli.page import Page
from node.cli.views.columns import View
from node.cli.views.deciding import DECIDING
from node.cli.views.done import DONE
from node.cli.views.lists import LISTS
from node.cli.views.pages import PAGES
from node.cli.views.plain import show_anything
from node.cli.views.programs import PROGRAMS
from node.cli.views.sealed import SHOWN
from node.cli.views.time import TIME
from node.cli.views.today import TODAY
from node.cli.views.trade import VIEWS as TRADE
from node.cli.views.winning import VIEWS as WINNING

VIEWS: Final[Mapping[str, View]] = {
    **LISTS,
    **PAGES,
    **TIME,
    **TODAY,
    **DONE,
    **PROGRAMS,
    **WINNING,
    **TRADE,
    **DECIDING,
    **SHOWN,
}


def show(page: Page, name: str, args: Mapping[str, object], result: object) -> None:
    """Show the result of a command.

    A node of another version may answer with what is not known here: fields that are
    missing stay empty, and what is no object is shown as it is.
    """
    view = VIEWS.get(name)
    if view is None or not isinstance(result, dict):
        show_anything(page, result)
    else:
        view(page, args, result)
