"""Tables for spreadsheets: what a column is, how a cell is read, how a file is.

    columns (one tuple per sheet) ─▶ writing: rows of values ─▶ a CSV file
                                  ─▶ reading: a CSV file ─▶ rows of values, or problems

A value is what the program calculates with (minutes, a date, a Decimal); a cell is what
a person sees in a spreadsheet (hours, "31/12/2026", "1 234,56").
"""
