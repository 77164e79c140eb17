"""How offices write the same thing: many spellings that can be understood, some that cannot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import numpy as np

from analysis.vocab import label as vocab_label
from analysis.vocab import table

_TONE_MOVES = (
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("ủy", "uỷ"),
    ("úy", "uý"),
)
_SHORT = (("thị trấn", "TT."), ("phường", "P."), ("xã", "X."), ("huyện", "H."), ("thị xã", "TX."))

SPELLINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "sex": {"male": ("nam", "NAM", " Nam ", "Nam giới"), "female": ("nữ", "NỮ", "Nu", "Nữ giới", "Nữ.")},
    "ethnicity": {
        "kinh": ("kinh", "KINH", "Việt", "Kinh (Việt)"),
        "mong": ("H'Mông", "H’Mông", "Hmông", "HMông", "mông", "Mèo"),
        "thai": ("thái", "THÁI", "Thái đen", "Thái trắng"),
        "tay": ("tày", "TÀY"),
        "dao": ("dao", "Dao Đỏ", "DAO"),
        "muong": ("mường", "MƯỜNG"),
        "nung": ("nùng", "Nùng An"),
        "ede": ("Ê Đê", "Êđê", "Ê-Đê", "Ede"),
        "mnong": ("M'Nông", "M’Nông", "MNông"),
    },
    "religion": {
        "none": ("Không", "không", "Không có", "Ko"),
        "catholicism": ("Thiên Chúa giáo", "công giáo", "Thiên Chúa"),
        "buddhism": ("Phật", "phật giáo", "đạo Phật"),
        "protestantism": ("Tin Lành", "tin lành", "đạo Tin lành"),
    },
    "general_education": {
        "upper_secondary": ("12/12", "THPT", "tốt nghiệp THPT", "cấp 3", "PTTH"),
        "lower_secondary": ("9/12", "THCS", "cấp II", "Tốt nghiệp THCS"),
        "primary": ("5/12", "cấp 1", "tiểu học", "Tốt nghiệp tiểu học"),
    },
    "professional_education": {
        "none": ("Không", "chưa qua đào tạo", "Chưa đào tạo"),
        "elementary": ("Sơ cấp", "CNKT", "công nhân kỹ thuật"),
        "intermediate": ("Trung cấp", "TC", "trung cấp nghề", "TCCN"),
        "college": ("CĐ", "cao đẳng", "Cao đẳng nghề"),
        "university": ("ĐH", "đại học", "ĐH Luật", "Cử nhân", "ĐH Sư phạm", "Kỹ sư"),
        "master": ("ThS", "Thạc sỹ", "thạc sĩ"),
        "doctor": ("TS", "Tiến sỹ"),
    },
    "occupation": {
        "farm_forest_fish": ("Nông dân", "làm ruộng", "nông dân", "Làm nông"),
        "public_service_unit": ("Viên chức", "Giáo viên", "GV tiểu học", "Viên chức y tế"),
        "commune_official": ("Công chức xã", "Cán bộ xã", "cán bộ UBND xã"),
        "village_part_timer": ("Trưởng bản", "Trưởng thôn", "công an viên", "Y tế thôn bản"),
        "enterprise_worker": ("Công nhân", "công nhân"),
        "army_police": ("Bộ đội", "Công an"),
        "pupil": ("Học sinh", "học sinh", "HS"),
        "university_student": ("Sinh viên", "sinh viên", "SV"),
    },
}
"""Role of a column → code → spellings that mean it and nothing else."""

UNREADABLE: dict[str, tuple[str, ...]] = {
    "sex": ("Nma", "#N/A"),
    "ethnicity": ("Knhh", "#REF!"),
    "religion": ("Đạo lạ xyz", "#N/A"),
    "general_education": ("13/12", "#N/A"),
    "professional_education": ("Bằng xyz", "#N/A"),
    "occupation": ("Nghề xyz", "#N/A"),
}
"""Role of a column → cells that must be refused: no code can be told from them."""

NOT_KNOWN = ("không rõ", "???")
"""Cells that say that nothing is known."""

MARKS = ("x", "X", "x ", "×", "có")
"""Marks for what applies."""

DITTO = ("nt", "-nt-", "″", '"', "NT")
"""Marks for 'as above' (*như trên*)."""

_TABLES = {
    "exit": "exits",
    "sex": "sexes",
    "ethnicity": "ethnic_groups",
    "religion": "religions",
    "general_education": "education",
    "professional_education": "education",
    "occupation": "occupations",
}


@cache
def label(role: str, code: str) -> str:
    """Return the words of the code table for a code, with a capital.

    Examples
    --------
    >>> label("sex", "female"), label("general_education", "upper_secondary")
    ('Nữ', 'Trung học phổ thông')
    """
    words = {row["code"]: row["label_vi"] for row in table(_TABLES[role])}[code]
    return words[:1].upper() + words[1:]


@cache
def band_words(code: str) -> str:
    """Return an age band as a table of an office heads it: ``18-30``, ``trên 60``."""
    return vocab_label("subgroup", code).replace("–", "-").removesuffix(" tuổi")


@cache
def office_word(role: str, code: str) -> str:
    """Return the word that offices write most: ``12/12``, ``ĐH``; the label where none is kept."""
    if role in ("sex", "ethnicity"):
        return label(role, code)
    return SPELLINGS[role].get(code, (label(role, code),))[0]


def spelled(role: str, code: str, rng: np.random.Generator) -> str:
    """Return one of the spellings of a code; its label where no others are kept."""
    forms = SPELLINGS[role].get(code, (label(role, code),))
    return forms[int(rng.integers(len(forms)))]


def moved_tone(text: str) -> str:
    """Return the text with the tone marks of oa and uy in their other place.

    Examples
    --------
    >>> moved_tone("xã Hòa Bình"), moved_tone("xã Hoá Quý")
    ('xã Hoà Bình', 'xã Hóa Quý')
    """
    for old, new in _TONE_MOVES:
        for one, other in ((old, new), (new, old)):
            found = re.sub(rf"(?<![qQ]){one}\b", other, text)
            if found != text:
                return found
    return text


def shortened(text: str) -> str:
    """Return a unit's name with its type shortened: ``X. Tân An``."""
    for word, short in _SHORT:
        if text.startswith(word + " "):
            return f"{short} {text[len(word) + 1 :]}"
    return text


def without_diacritics(text: str) -> str:
    """Return the text in plain letters, case and apostrophes kept."""
    plain = text.replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


UNIT_FORMS: dict[str, Callable[[str], str]] = {
    "party_word": lambda name: f"Đảng bộ {name}",
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "eth": lambda name: name.replace("Đ", "\u00d0"),
    "tone_place": moved_tone,
    "capitals": str.upper,
    "abbreviated": shortened,
    "no_diacritics": without_diacritics,
    "apostrophe": lambda name: name.replace("'", "’"),
    "spaces": lambda name: f" {name.replace(' ', '  ')} ",
}
"""What is done to a unit's name → the name so written. All of them can be undone."""
