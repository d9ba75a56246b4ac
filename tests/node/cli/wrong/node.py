"""Typed wrongly, and what is said of it: the node itself, files, other programs."""

from typing import Final

#: At whose node, what is typed -> the first line of what is said.
WRONG: Final = {
    "alba profile set": "Nothing is given that should change.",
    "alba profile set --day 25": "--day: '25' is not a working day of 1 to 24 hours.",
    "alba join garbage": (
        "INVITATION: this is none: an invitation starts with wortley-."
    ),
    "alba approve Birch": "CO-OP: Birch is a member already.",
    "alba elector off": (
        "CO-OP: Alba is the secretary, whose node proposes the blocks; the "
        "secretary stays an elector."
    ),
    "alba network create --name x": "This node belongs to a network already.",
    "alba profile set --people 5 --people 6": (
        "Option '--people' is given more than once."
    ),
    "alba explain nope!": "ID: 'nope!' is not the beginning of an id.",
    "alba explain evt_zz": "ID: nothing here has an id that starts with evt_zz.",
    "alba log show --last 1001": "--last: 1001 is not a whole number from 1 to 1000.",
    "alba token create --name x --scope everything": (
        "--scope: 'everything' is not one of admin, feed, read, subscribe, write."
    ),
    "alba token create --name x --scope read --expires -1": (
        "--expires: -1 is not 1 to 3650 days."
    ),
    "alba token revoke zz": "TOKEN: there is none with that id.",
    "alba webhook add garbage": (
        "URL: 'garbage' is not an http or https URL (neither http nor https)."
    ),
    "alba webhook test ''": "WEBHOOK: there is none with that id.",
    "alba changes --after x": "--after: it is none that this feed gave.",
    "alba changes --wait 99999": "--wait: 99999 is not 0 to 50 seconds.",
    "alba search ''": "WORDS: '' is not a word with a letter or digit.",
    "alba search x --most 0": "--most: 0 is not a number from 1 to 200.",
    "alba profile show Nobody": (
        "CO-OP: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba profile set --people -3": (
        "--people: -3 is not a whole number from 1 to 100000."
    ),
    "alba profile set --people 18446744073709551616": (
        "--people: 18446744073709551616 is not a whole number from 1 to 100000."
    ),
    "alba profile set --web 'javascript:alert(1)'": (
        "--web: 'javascript:alert(1)' is not an http or https address."
    ),
    "alba profile set --name ''": "--name: '' is not one line of 1 to 200 characters.",
    "alba profile set --name '\u202e\u200f'": (
        "--name: '\\u202e\\u200f' is not one line of 1 to 200 characters."
    ),
    "alba profile set --description {long}": (
        "--description: 65537 bytes are too many; a text holds 65536."
    ),
    "alba csv import nonsense {file}": (
        "TABLE: 'nonsense' is not one of capacity, leads, payments, pledges."
    ),
    "alba csv export leads {file}": "FILE: there is a file {file} already.",
    "alba csv export leads {folder}/none/x.csv": (
        "FILE: {folder}/none/x.csv cannot be written: No such file or directory."
    ),
    "alba log export {folder}": (
        "Invalid value for 'FILE': File '{folder}' is a directory."
    ),
    "alba log import {file}": "FILE: {file}: it is no export of Wortley.",
    "alba csv import leads {file}": "The first row has no heading Title.",
    "alba led list": (
        "No such command 'led'. (Did you mean one of: 'lead', 'pledge', 'sealed'?)"
    ),
    "alba network create --name x --currency pounds": (
        "--currency: 'POUNDS' is not an ISO 4217 code."
    ),
    "alba elector on Nobody": (
        "CO-OP: no member or applicant is called or starts with 'Nobody'."
    ),
    "alba ical export {folder}/none/x.ics": (
        "FILE: {folder}/none/x.ics cannot be written: No such file or directory."
    ),
    "alba atom export {file}": "FILE: there is a file {file} already.",
    "alba valueflows export {file}": "FILE: there is a file {file} already.",
    "alba webhook remove zz": "WEBHOOK: there is none with that id.",
}
