"""`wortley capacity` and `wortley booking`: time for others, time for oneself."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.inputs import Effort, Rate
from node.cli.options import EFFORT, FROM, RATE, TO, paged
from node.cli.session import Ask, ask

_capacity = family("capacity", "Time that co-ops offer to each other.")
_booking = family("booking", "Time that your co-op uses itself.")


@asks(
    _capacity,
    "offer",
    "wortley capacity offer --skill python --per-week 20h --from 2027-01-04"
    " --to 2027-03-26",
    "wortley capacity offer --skill design --per-week 3d --from 2027-W05 --to 2027-W12"
    " --rate 600GBP/day",
)
@click.option("--skill", required=True, metavar="SKILL", help="What you offer.")
@click.option(
    "--per-week", "minutes", type=EFFORT, required=True, help="How much: 20h, 3d."
)
@click.option("--from", "starts", type=FROM, required=True, help="First day.")
@click.option("--to", "ends", type=TO, required=True, help="Last day.")
@click.option("--rate", type=RATE, help="Your price: 600GBP/day, £75/h.")
@click.option("--note", metavar="TEXT", help="Anything else.")
def offer(
    *,
    skill: str,
    minutes: Effort,
    starts: str,
    ends: str,
    rate: Rate | None,
    note: str | None,
) -> Ask:
    """Offer time to the other co-ops.

    A day is as long as your profile says (7.5 hours where it says nothing), a week of
    work is five of them.
    """
    return ask(
        "capacity.offer",
        skill=skill,
        minutes=minutes,
        starts=starts,
        ends=ends,
        rate=rate,
        note=note,
    )


@asks(_capacity, "list", "wortley capacity list --skill python")
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
@click.option("--skill", metavar="SKILL", help="Of one skill.")
@click.option("--all", "all_", is_flag=True, help="Withdrawn ones, too.")
@paged
def list_offers(
    coop: str | None, skill: str | None, *, all_: bool, **page: object
) -> Ask:
    """List what is offered."""
    return ask("capacity.list", coop=coop, skill=skill, all=all_, **page)


@asks(_capacity, "withdraw", "wortley capacity withdraw evt_k3fw72qa")
@click.argument("offer", metavar="ID")
def withdraw(offer: str) -> Ask:
    """Take the offer ID back; what was confirmed of it stands."""
    return ask("capacity.withdraw", offer=offer)


@asks(
    _booking,
    "set",
    "wortley booking set --per-week 30h --from 2027-W01 --to 2027-W08 --skill python",
    "wortley booking set --per-week 2d --from 2027-W10 --to 2027-W20 --probability 60",
)
@click.option(
    "--per-week", "minutes", type=EFFORT, required=True, help="How much: 20h, 3d."
)
@click.option("--from", "starts", type=FROM, required=True, help="First day.")
@click.option("--to", "ends", type=TO, required=True, help="Last day.")
@click.option("--skill", metavar="SKILL", help="Which skill it takes.")
@click.option(
    "--probability",
    type=click.IntRange(1, 100),
    metavar="PERCENT",
    help="It is not certain yet, but so likely.",
)
@click.option("--placeholder", is_flag=True, help="Keep the time free for something.")
@click.option("--note", metavar="TEXT", help="What for.")
def set_booking(
    *,
    minutes: Effort,
    starts: str,
    ends: str,
    skill: str | None,
    probability: int | None,
    note: str | None,
    placeholder: bool,
) -> Ask:
    """Note time that your co-op uses itself.

    It counts as confirmed unless it has a probability or is a placeholder.
    """
    return ask(
        "booking.set",
        minutes=minutes,
        starts=starts,
        ends=ends,
        skill=skill,
        probability=probability,
        placeholder=placeholder,
        note=note,
    )


@asks(_booking, "move", "wortley booking move evt_k3fw72qa confirmed")
@click.argument("booking", metavar="ID")
@click.argument("to", metavar="STATE")
def move(booking: str, to: str) -> Ask:
    """Move the booking ID on: to confirmed, done or released."""
    return ask("booking.move", booking=booking, to=to)


@asks(
    _booking,
    "release",
    "wortley booking release evt_k3fw72qa",
    # Where it cannot be released, the wrong booking was named.
    feeds={"booking": ("booking", "to")},
)
@click.argument("booking", metavar="ID")
def release(booking: str) -> Ask:
    """Release the booking ID: its time is free again."""
    return ask("booking.move", booking=booking, to="released")


@asks(_booking, "list", "wortley booking list")
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
@click.option("--all", "all_", is_flag=True, help="Those that are over, too.")
@paged
def list_bookings(coop: str | None, *, all_: bool, **page: object) -> Ask:
    """List what is booked."""
    return ask("booking.list", coop=coop, all=all_, **page)


COMMANDS: Final = (_capacity, _booking)
