"""A report as a list of blocks, which the PDF and the Word file are both set from."""

from analysis.report.paper.blocks import (
    Block,
    Code,
    Figure,
    Head,
    Heading,
    List,
    Paper,
    Paragraph,
    Table,
    Text,
    Words,
    plain,
)
from analysis.report.paper.reading import PaperError, of

__all__ = [
    "Block",
    "Code",
    "Figure",
    "Head",
    "Heading",
    "List",
    "Paper",
    "PaperError",
    "Paragraph",
    "Table",
    "Text",
    "Words",
    "of",
    "plain",
]
