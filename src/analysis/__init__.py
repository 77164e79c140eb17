"""ketnap: reproducible research on the admission (*kết nạp*) of new Party members in Vietnam."""

__version__ = "0.1.0"
