"""Text classes as people write them: blank text is missing, case and blanks make no other class."""

import unicodedata

import pandas as pd

#: Text by which programs write that there is none, folded.
_NO_TEXT = frozenset({"", "null", "<null>", "nan", "<na>"})


def as_text(values: pd.Series) -> pd.Series:
    """Return text, missing where it is blank or the word of a program for none; 1.0 becomes 1."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    text = values.astype(object).where(values.notna(), None).map(str, na_action="ignore")
    text = text.astype("str")
    return text.where(~text.map(folded, na_action="ignore").isin(_NO_TEXT))


def folded(text: str) -> str:
    """Return what spellings of one class have in common.

    Neither case nor blanks of any width around or between words count, nor whether an accent is
    part of its letter or follows it.
    """
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def one_spelling(classes: pd.Series) -> tuple[pd.Series, list[str]]:
    """Return classes that differ in case or blanks only as their most frequent spelling.

    Parameters
    ----------
    classes : pandas.Series of str
        Missing where there is no class.

    Returns
    -------
    classes : pandas.Series of str
        Without blanks around them.
    merged : list of str
        A sentence for each class with several spellings.
    """
    known = classes.dropna()
    merged = []
    for _, spellings in known.groupby(known.map(folded)):
        counts = spellings.value_counts()
        if len(counts) > 1:
            written = ", ".join(f"{name!r} ({count})" for name, count in counts.items())
            merged.append(f"{written} taken for one class, {counts.index[0]!r}")
            classes = classes.replace(dict.fromkeys(counts.index, counts.index[0]))
    return classes.str.strip(), merged
