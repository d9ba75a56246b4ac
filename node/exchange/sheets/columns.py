"""The columns of each sheet: the words of a spreadsheet's user, names before ids."""

from typing import Final

from node.exchange.sheets.column import (
    CURRENCY,
    DAY,
    FLAG,
    HOURS,
    LIST,
    MONEY,
    PROSE,
    WHOLE,
    Column,
)

_ID: Final = Column("Id", "id", french="Identifiant")
_STATE: Final = Column("State", "state", shown=True, french="État")
_NOTE: Final = Column("Note", "note", PROSE, french="Remarque")
_SKILL: Final = Column("Skill", "skill", french="Compétence")
_CURRENCY: Final = Column("Currency", "currency", CURRENCY, french="Devise")
_FROM: Final = Column("From", "starts", DAY, french="Du")
_TO: Final = Column("To", "ends", DAY, french="Au")
_RATE: Final = (
    Column("Rate", "rate", MONEY, french="Tarif", currency="currency"),
    _CURRENCY,
    # What the rate pays for: 7.5 for a day rate; one hour where it is left out.
    Column("Rate hours", "rate_minutes", HOURS, french="Heures du tarif"),
)

CAPACITY: Final = (
    Column("Co-op", "coop", french="Coopérative"),
    Column("Skill", "skill", needed=True, french="Compétence"),
    Column("Hours a week", "minutes", HOURS, needed=True, french="Heures par semaine"),
    Column("From", "starts", DAY, needed=True, french="Du"),
    Column("To", "ends", DAY, needed=True, french="Au"),
    *_RATE,
    _STATE,
    _NOTE,
    _ID,
)

#: A row per requirement line; what is said of the lead stands in each of them.
LEADS: Final = (
    Column("Co-op", "coop", french="Coopérative"),
    Column("Title", "title", needed=True, french="Titre"),
    _STATE,
    Column("Buyer", "buyer", french="Acheteur"),
    Column("Value", "value", MONEY, french="Valeur", currency="currency"),
    _CURRENCY,
    Column("Deadline", "deadline", DAY, french="Échéance"),
    _FROM,
    _TO,
    Column("Line", "line", WHOLE, french="Ligne"),
    _SKILL,
    Column("Hours", "minutes", HOURS, french="Heures"),
    Column("Line from", "line_starts", DAY, french="Ligne du"),
    Column("Line to", "line_ends", DAY, french="Ligne au"),
    Column("Must", "must", FLAG, french="Indispensable"),
    Column("Hours offered", "offered", HOURS, shown=True),
    Column("Hours committed", "committed", HOURS, shown=True),
    Column("Hours missing", "missing", HOURS, shown=True),
    Column("CPV", "cpv", LIST),
    Column("Link", "link", french="Lien"),
    Column("Description", "description", PROSE),
    _ID,
)

PLEDGES: Final = (
    Column("Co-op", "coop", french="Coopérative"),
    # The title of a lead or a project, or its id where two are called alike.
    Column("Pledged to", "to", needed=True, french="Promis à"),
    Column("Of co-op", "owner", shown=True),
    Column("Line", "line", WHOLE, french="Ligne"),
    _SKILL,
    Column("Hours", "minutes", HOURS, french="Heures"),
    Column("Amount", "amount", MONEY, french="Montant", currency="currency"),
    _FROM,
    _TO,
    *_RATE,
    Column("Standing", "standing", shown=True, french="Situation"),
    _NOTE,
    Column("Pledged to id", "to_id", french="Identifiant de la cible"),
    _ID,
)

_PAYER: Final = Column("Payer", "payer", french="Payeur")
_PAYEE: Final = Column("Payee", "payee", french="Bénéficiaire")
_AMOUNT: Final = Column(
    "Amount", "amount", MONEY, french="Montant", currency="currency"
)

#: What one side says that it sent, and the other that it came.
PAYMENTS: Final = (
    Column("Date", "date", DAY, needed=True, french="Date"),
    _PAYER,
    _PAYEE,
    _AMOUNT,
    _CURRENCY,
    # Filled by the payee: how much of it came.
    Column("Received", "received", MONEY, french="Reçu", currency="currency"),
    # The number that the payee gave it, or its id where two have the same.
    Column("Invoice", "invoice", french="Facture"),
    Column("Promise", "promise", french="Promesse"),
    Column("Reference", "note", french="Référence"),
    Column("Settled", "settled", MONEY, shown=True),
    Column("Standing", "standing", shown=True, french="Situation"),
    _ID,
)

_SUMS: Final = (
    "promised",
    "delivered",
    "invoiced",
    "contested",
    "sent",
    "settled",
    "in_transit",
    "disputed",
    "netted",
    "open",
    "over",
)
_AGE: Final = Column("Days", "age", WHOLE, shown=True)
_IDS: Final = (
    Column("Payer id", "payer", shown=True),
    Column("Payee id", "payee", shown=True),
)
_BETWEEN: Final = (
    Column("Payer", "payer_name", shown=True),
    Column("Payee", "payee_name", shown=True),
    Column("Currency", "currency", shown=True),
)
#: An account between two co-ops in a currency, as the view of the ledger has it.
LEDGER: Final = (
    *_BETWEEN,
    *(
        Column(key.replace("_", " ").capitalize(), key, MONEY, shown=True)
        for key in _SUMS
    ),
    Column("Oldest", "oldest", DAY, shown=True),
    _AGE,
    *_IDS,
)
#: What an account is made of: a row per promise, and per invoice without one.
DEBTS: Final = (
    *_BETWEEN,
    Column("Kind", "kind", shown=True),
    Column("Amount", "amount", MONEY, shown=True),
    Column("Covered", "covered", MONEY, shown=True),
    Column("Open", "open", MONEY, shown=True),
    Column("Due", "due", DAY, shown=True),
    _AGE,
    Column("Invoices", "invoices", LIST, shown=True),
    *_IDS,
    Column("Id", "id", shown=True),
)
