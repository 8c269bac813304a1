"""Text classes as people write them: blank text is missing, case and blanks make no other class."""

import pandas as pd


def as_text(values: pd.Series) -> pd.Series:
    """Return text, missing where it is blank; 1.0 becomes 1."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    text = values.astype(object).where(values.notna(), None).map(str, na_action="ignore")
    text = text.astype("str")
    return text.where(text.str.strip() != "")


def folded(text: str) -> str:
    """Return what spellings of one class have in common: no case, no blanks around it."""
    return text.strip().casefold()


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
