"""Tables out to spreadsheets and in from them, over real nodes."""

import csv
import io
from pathlib import Path
from typing import Final

import msgspec
import pytest

from node.exchange.sheets import reading
from tests.node.commands.nodes import Answer, Coop, refused, share
from tests.node.commands.scene import Scene

CAPACITY: Final = """\
Skill;Hours a week;From;To;Rate;Rate hours;Note
web;15;05/01/2026;31/03/2026;1 234,56;7,5;"Not in; February"
design;7,5;05.01.2026;31.03.2026;;;=1+1
"""
LEADS: Final = """\
Title,Buyer,Value,Currency,Deadline,Skill,Hours,Line from,Line to,Must,CPV,Description
Website,Bridport,"£9,000.50",,2026-02-13,web,75,2026-03-02,2026-05-29,,72413000,"A shop.
- and stalls"
Website,,,,,design,12.5,,,no,,
Talk,,,,,,,,,,,
"""


#: Row, column, what stood there, an example of what may.
Wrong = tuple[int, str, str, str]


class Book:
    """A folder with one file in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "table.csv"

    def write(self, text: str, encoding: str = "utf-8") -> "Book":
        self.path.write_bytes(text.encode(encoding))
        return self

    async def take(self, coop: Coop, what: str, **more: object) -> Answer:
        return await coop.ask("csv.import", what=what, path=str(self.path), **more)

    async def wrong(self, coop: Coop, what: str, **more: object) -> list[Wrong]:
        """Have a file refused; give what is said of its cells."""
        fault = await refused(
            coop, "csv.import", what=what, path=str(self.path), **more
        )
        assert fault.code == "csv-cells-wrong", fault
        found = msgspec.convert(fault.fields["problems"], list[reading.Problem])
        assert all(one.expected for one in found)
        assert str(found[0]) in fault.way_out
        return [(one.row, one.column, one.given, one.example) for one in found]

    async def give(self, from_: Coop, what: str, **more: object) -> Answer:
        return await from_.ask(
            "csv.export", what=what, path=str(self.path), force=True, **more
        )

    def cells(self, delimiter: str = ";") -> list[list[str]]:
        text = self.path.read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    def rows(self, delimiter: str = ";") -> list[dict[str, str]]:
        first, *others = self.cells(delimiter)
        return [dict(zip(first, one, strict=True)) for one in others]

    def edit(self, at: int, **changes: str) -> "Book":
        """Change cells of a row (from 0) by heading, "_" for a space."""
        found = self.rows()
        found[at] |= {key.replace("_", " "): one for key, one in changes.items()}
        return self.save(found)

    def save(self, found: list[dict[str, str]]) -> "Book":
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(found[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(found)
        return self.write(out.getvalue(), "utf-8-sig")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


async def test_offers_come_out_of_a_french_spreadsheet(
    two: list[Coop], book: Book
) -> None:
    alba, _ = two
    book.write(CAPACITY)
    dry = await book.take(alba, "capacity", dates="day-first", dry_run=True)
    assert (dry["created"], dry["ids"], dry["dry_run"]) == (2, [], True)
    assert (await alba.ask("capacity.list"))["offers"] == []
    done = await book.take(alba, "capacity", dates="day-first")
    assert (done["created"], len(done["ids"]), done["rows"]) == (2, 2, 2)
    web, design = (await alba.ask("capacity.list"))["offers"]
    assert (web["minutes"], web["starts"], web["ends"], web["note"]) == (
        900,
        "2026-01-05",
        "2026-03-31",
        "Not in; February",
    )
    assert web["rate"] == {"amount": "1234.56", "currency": "GBP", "minutes": 450}
    assert (design["minutes"], design["rate"], design["note"]) == (450, None, "=1+1")


async def test_the_same_file_again_changes_nothing(two: list[Coop], book: Book) -> None:
    alba, _ = two
    book.write(CAPACITY)
    await book.take(alba, "capacity", dates="day-first")
    before = await alba.ask("status")
    again = await book.take(alba, "capacity", dates="day-first")
    assert (again["created"], again["unchanged"], again["ids"]) == (0, 2, [])
    # In another style, in another character set, and with a row more.
    book.write(CAPACITY.replace(";", "\t").replace("in\t", "in;"), "utf-16")
    assert (await book.take(alba, "capacity", dates="day-first"))["created"] == 0
    assert await alba.ask("status") == before
    book.write(CAPACITY + "web;20;2026-01-05;2026-03-31;;;\n")
    more = await book.take(alba, "capacity", dates="day-first")
    assert (more["created"], more["unchanged"]) == (1, 2)


async def test_what_was_withdrawn_stays_withdrawn(two: list[Coop], book: Book) -> None:
    alba, _ = two
    book.write(CAPACITY)
    done = await book.take(alba, "capacity", dates="day-first")
    await alba.ask("capacity.withdraw", offer=done["ids"][0])
    book.write(CAPACITY + "web;20;2026-01-05;2026-03-31;;;\n")
    assert (await book.take(alba, "capacity", dates="day-first"))["created"] == 1
    assert len((await alba.ask("capacity.list"))["offers"]) == 2


async def test_wrong_cells_are_told_by_row_and_column(
    two: list[Coop], book: Book
) -> None:
    alba, _ = two
    book.write(
        "Co-op,Skill,Hours a week,From,To,Rate,Currency,Id\n"
        ",web,15,2026-01-05,2026-03-31,,,\n"
        '"",We b,"1,234",03/04/2026,2026-03-31,12x,,\n'
        "\n"
        "Birch,web,0.33,2026-02-30,,,,\n"
        "Birch,web,10,2026-01-05,2026-01-04,,,\n"
        ",web,10,2026-01-05,2026-01-04,,,\n"
        ",web,10,2026-01-05,2026-03-31,0,GBP,\n"
        ",web,10,2026-01-05,2026-03-31,£5,EUR,\n"
        ",web,10,2026-01-05,2026-03-31,,XYZ,evt_zz\n"
        ",web,10,2026-01-05,2026-03-31,,,evt_bbbbbb\n"
        ",,10,2026-01-05,2026-03-31,,,\n"
    )
    assert await book.wrong(alba, "capacity") == [
        (3, "Hours a week", "1,234", "1234 or 1.2340"),
        (3, "From", "03/04/2026", "2026-04-03 or 2026-03-04"),
        (3, "Rate", "12x", "1234.56"),
        (5, "Hours a week", "0.33", "7.5"),
        (5, "From", "2026-02-30", "2026-12-31"),
        (6, "Co-op", "Birch", "Alba"),
        (7, "To", "2026-01-04", "2026-01-05"),
        (8, "Rate", "0", "1234.50"),
        (9, "Rate", "GBP", "5"),
        (10, "Currency", "XYZ", "GBP or EUR"),
        (11, "Id", "evt_bbbbbb", "evt_k3fw72qa"),
        (12, "Skill", "", ""),
    ]


async def test_one_wrong_cell_keeps_the_whole_file_out(
    two: list[Coop], book: Book
) -> None:
    alba, _ = two
    book.write(CAPACITY.replace("7,5;05", "7,5;50"))
    said = await book.wrong(alba, "capacity", dates="day-first")
    assert len(said) == 1
    assert (await alba.ask("capacity.list"))["offers"] == []


async def test_what_is_exported_comes_back_unchanged(scene: Scene, book: Book) -> None:
    alba, birch = scene.alba, scene.birch
    week = {"starts": "2026-01-05", "ends": "2026-03-29"}
    for minutes, note in ((1, "=cmd|' /C calc'!A0"), (50, "'=x"), (90, "a\n- b")):
        rate = {"amount": "1500", "currency": "BHD", "minutes": minutes}
        await birch.ask(
            "capacity.offer", skill="web", minutes=minutes, note=note, rate=rate, **week
        )
    await scene.accept(await scene.work(note="From, home"))
    await scene.money("50")
    await scene.share()
    for style, delimiter in (("semicolon", ";"), ("comma", ",")):
        for what, count in (("capacity", 3), ("leads", 1), ("pledges", 2)):
            for coop in (alba, birch):
                given = await book.give(coop, what, style=style)
                assert given["style"] == style
                before = coop.node.ingest.heads_digest()
                taken = await book.take(coop, what)
                assert (taken["unchanged"], taken["created"]) == (count, 0), taken
                assert coop.node.ingest.heads_digest() == before
        for row in book.rows(delimiter):
            assert not [one for one in row.values() if one[:1] in tuple("=+-@")]


async def test_an_export_is_what_french_excel_opens(
    two: list[Coop], book: Book
) -> None:
    alba, birch = two
    await alba.ask(
        "capacity.offer",
        skill="web",
        minutes=450,
        starts="2026-01-05",
        ends="2026-03-29",
        rate={"amount": "1234.5", "minutes": 450},
        note="Été; non",
    )
    await share(two)
    given = await book.give(birch, "capacity", coop="Alba")
    assert given == {"path": str(book.path), "rows": 1, "style": "semicolon"}
    assert book.path.read_bytes().startswith(b"\xef\xbb\xbfCo-op;Skill;Hours a week;")
    (row,) = book.rows()
    assert row == {
        "Co-op": "Alba",
        "Skill": "web",
        "Hours a week": "7,5",
        "From": "2026-01-05",
        "To": "2026-03-29",
        "Rate": "1234,50",
        "Currency": "GBP",
        "Rate hours": "7,5",
        "State": "open",
        "Note": "Été; non",
        "Id": row["Id"],
    }
    await birch.ask("profile.set", languages=["cy", "en"], people=3)
    assert (await book.give(birch, "capacity"))["style"] == "comma"
    assert book.rows(",")[0]["Rate"] == "1234.50"
    assert (await book.give(birch, "capacity", coop="Birch"))["rows"] == 0
    again = await refused(birch, "csv.export", what="capacity", path=str(book.path))
    assert again.code == "file-exists"


def by_title(book: Book) -> list[dict[str, str]]:
    """Give the rows, Website first; by themselves they are in the order of ids."""
    return sorted(book.rows(), key=lambda row: row["Title"], reverse=True)


async def test_leads_have_a_row_per_line(two: list[Coop], book: Book) -> None:
    alba, birch = two
    done = await book.write(LEADS).take(alba, "leads")
    assert (done["created"], done["rows"], done["ignored"]) == (2, 3, [])
    assert (await book.take(alba, "leads"))["created"] == 0
    book.write(LEADS + "Other,,,,,,,,,,,\n")
    more = await book.take(alba, "leads")
    assert (more["created"], more["unchanged"]) == (1, 2)
    page = await alba.ask("lead.show", lead=done["ids"][0])
    assert page["value"] == {"amount": "9000.50", "currency": "GBP"}
    assert (page["buyer"], page["description"]) == ("Bridport", "A shop.\n- and stalls")
    assert [
        (one["line"], one["skill"], one["wanted"], one["starts"], one["must"])
        for one in page["requirements"]
    ] == [(1, "web", 4500, "2026-03-02", True), (2, "design", 750, None, False)]
    await share(two)
    await book.give(birch, "leads")
    rows = by_title(book)
    assert [row["Line"] for row in rows] == ["1", "2", "", ""]
    assert rows[0]["Description"] == "A shop.\n'- and stalls"


async def test_a_lead_is_changed_by_its_id(two: list[Coop], book: Book) -> None:
    alba, birch = two
    done = await book.write(LEADS).take(alba, "leads")
    await share(two)
    await book.give(alba, "leads")
    found = by_title(book)
    for row in found[:2]:
        row |= {"Deadline": "2026-02-20", "Buyer": "", "Value": "", "Currency": ""}
    found[1] |= {"Skill": "training", "Hours": "20", "Line": ""}
    book.save(found)
    changed = await book.take(alba, "leads")
    assert (changed["changed"], changed["unchanged"]) == (1, 1)
    assert "Hours missing" in changed["ignored"]
    page = await alba.ask("lead.show", lead=done["ids"][0])
    assert (page["deadline"], page["buyer"], page["value"]) == ("2026-02-20", "", None)
    assert [(one["line"], one["skill"]) for one in page["requirements"]] == [
        (1, "web"),
        (3, "training"),
    ]
    book.edit(0, Line="1", Title="Mine now")
    said = await book.wrong(birch, "leads")
    assert (said[0][:3]) == (3, "Title", "Website")


async def test_the_lead_of_another_co_op_is_its_own(
    two: list[Coop], book: Book
) -> None:
    alba, birch = two
    await book.write(LEADS).take(alba, "leads")
    await share(two)
    await book.give(birch, "leads")
    assert (await book.take(birch, "leads"))["unchanged"] == 2
    said = await book.edit(2, Title="Talk to the council").wrong(birch, "leads")
    assert said == [(4, "Title", "Talk to the council", "")]


async def test_wrong_leads_are_told(two: list[Coop], book: Book) -> None:
    alba, _ = two
    head = "Title,Skill,Hours,Line from,Line to,Link,Line,CPV\n"
    book.write(
        f"{head}A,We b,1,,,,,\nB,,5,,,,,\nC,web,1,2026-02-01,2026-01-01,,,\n"
        "D,web,1,,,ftp://x,,\n,web,1,,,,,\nE,web,1,,,,99,\n"
        "G,web,1,,,,2,\nG,web,1,,,,2,\nF,,,,,,,1234\n"
    )
    assert await book.wrong(alba, "leads") == [
        (2, "Skill", "We b", "we-b"),
        (3, "Skill", "", ""),
        (4, "Line to", "2026-01-01", "2026-02-01"),
        (5, "Link", "ftp://x", "https://alba.example/job"),
        (6, "Title", "", ""),
        (7, "Line", "99", "1"),
        (9, "Line", "2", ""),
        (10, "CPV", "1234", "72200000"),
    ]


async def test_more_lines_than_a_lead_has_are_told(two: list[Coop], book: Book) -> None:
    alba, _ = two
    for lines in (65, 66, 67, 200):
        book.write("Title,Skill\n" + "Much,web\n" * lines)
        assert await book.wrong(alba, "leads") == [(2, "", "", "")]
    assert (await alba.ask("lead.list"))["leads"] == []
    book.write("Title,Skill\n" + "Much,web\n" * 64)
    await book.take(alba, "leads")
    (row,) = (await alba.ask("lead.list"))["leads"]
    page = await alba.ask("lead.show", lead=row["id"])
    assert [one["line"] for one in page["requirements"]] == [*range(1, 65)]


async def test_pledges_name_what_they_go_to(scene: Scene, book: Book) -> None:
    birch = scene.birch
    book.write(
        "Pledged to;Skill;Hours;Amount;Currency;Note\n"
        "website;web;10;;;Mornings\n"
        f"{scene.lead[:12]};design;2,5;;;\n"
        "TOOL;;;12,50 €;;\n"
    )
    assert await book.wrong(birch, "pledges") == [(4, "Currency", "EUR", "GBP")]
    book.write(book.path.read_text("utf-8").replace(" €", ""))
    done = await book.take(birch, "pledges")
    assert done["created"] == 3
    listed = (await birch.ask("pledge.list"))["pledges"]
    listed.sort(key=lambda one: (one["title"] == "Tool", one["line"]))
    assert [(one["title"], one["line"], one["minutes"]) for one in listed] == [
        ("Website", 1, 600),
        ("Website", 2, 150),
        ("Tool", None, None),
    ]
    assert listed[2]["amount"] == {"amount": "12.50", "currency": "GBP"}
    await scene.alba.ask("lead.open", title="Website")
    await scene.share()
    book.write(
        "Pledged to;Hours;Amount;Line;Id\n"
        "Website;1;;;\nNothing;1;;;\nTool;1;;;\nTool;;;;\n;1;;;\nevt_bbbbbb;1;;;\n"
        f"Website;11;;1;{done['ids'][0]}\n"
    )
    said = await book.wrong(birch, "pledges")
    assert said[0][:3] == (2, "Pledged to", "Website")
    assert said[0][3].count("evt_") == 2
    assert said[1:] == [
        (3, "Pledged to", "Nothing", "evt_k3fw72qa"),
        (4, "Amount", "", ""),
        (5, "Amount", "", ""),
        (6, "Pledged to", "", ""),
        (7, "Pledged to", "evt_bbbbbb", "evt_k3fw72qa"),
        (8, "Hours", "660", ""),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "has no heading Skill and none Hours a week"),
        (b"a,b\n1,2\n", "has no heading Skill"),
        (b"Skill,Skill\n", "has the heading Skill twice"),
        (b"PK\x03\x04\x00\x00", "holds binary data"),
        ("Compétence".encode("cp1252"), "is not UTF-8: byte 5"),
        (b'Skill,Hours a week,From,To\n"web"x,1\n', "is no CSV after row 1"),
        (b'Skill,Hours a week,From,To\n"web', "is no CSV after row 1"),
        (b"Skill,Hours a week,From,To\n" + b"web\n" * 2001, "more than 2,000 rows"),
        (b"Skill,Hours a week,From,To\n" + b"w" * 200_000, "is no CSV after row 1"),
    ],
)
async def test_what_is_no_table_is_refused(
    two: list[Coop], book: Book, data: bytes, said: str
) -> None:
    book.path.write_bytes(data)
    path = str(book.path)
    fault = await refused(two[0], "csv.import", what="capacity", path=path)
    assert said in fault.detail
    assert fault.code == "csv-unreadable"
    assert fault.way_out


async def test_a_file_is_measured_before_it_is_read(
    two: list[Coop], book: Book, tmp_path: Path
) -> None:
    with book.path.open("wb") as file:
        file.truncate(1024**4)
    for name, more in (
        ("csv.import", {"what": "leads"}),
        ("lead.import", {}),
    ):
        fault = await refused(two[0], name, path=str(book.path), **more)
        assert fault.code == "file-too-large"
        for other in (tmp_path, tmp_path / "nowhere", Path("/dev/zero")):
            fault = await refused(two[0], name, path=str(other), **more)
            assert fault.code == "file-unreadable"


async def test_there_is_no_other_sheet(two: list[Coop]) -> None:
    for name in ("csv.export", "csv.import"):
        fault = await refused(two[0], name, what="wishes", path="x")
        assert (fault.code, fault.fields["field"]) == ("field-wrong", "what")
    for what in ("ledger", "debts"):
        fault = await refused(two[0], "csv.import", what=what, path="x")
        assert (fault.code, fault.fields["field"]) == ("csv-figures", "what")
        assert "csv import payments" in str(fault.way_out)
