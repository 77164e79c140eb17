"""Cells such as offices fill with words, whole and broken, for the tests of categories and education."""

from hypothesis import strategies as st

cells = (
    st.text()
    | st.text(st.sampled_from("aăâđêôơưĐHTCKSkxn0129/ .,;-–'’()\n\u0301\u0309\ufeff\x00"))
    | st.lists(
        st.sampled_from(
            [
                "12/12",
                "ĐH",
                "lớp",
                "9",
                "TC",
                "lý",
                "luận",
                "đang",
                "và",
                "THPT",
                "-",
                ",",
                ";",
                "(",
                ")",
                "K'Ho",
                "không",
                "7/10",
                "ThS",
            ]
        )
    ).map(" ".join)
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
)
