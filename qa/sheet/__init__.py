"""A sheet of questions becomes a sheet of answers: CSV, XLSX or JSON lines, each row by itself.

    read.py      a file -> rows, each with its question, or why there is none
    wording.py   whether a row asks or states
    columns.py   an answer -> what stands in the columns behind those of the file
    kept.py      the answers of a run that is not done, beside the file it is to write
    write.py     rows -> a file

Not handled: several sheets of a workbook (the first is read), formulas without a stored value.
"""

from qa.sheet.fill import Done, fill, refuse_target
from qa.sheet.read import Row, Sheet, read

__all__ = ["Done", "Row", "Sheet", "fill", "read", "refuse_target"]
