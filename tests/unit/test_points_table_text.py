"""Tables as text: delimiters, decimal marks, encodings."""

import pytest

from points_faults import refusal
from points_files import table_text, write
from points_tables import assert_is_the_table, read


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "   "])
def test_the_delimiter_is_found(tmp_path, delimiter):
    assert_is_the_table(read(write(tmp_path, "a.txt", table_text(delimiter=delimiter))))


@pytest.mark.parametrize("delimiter", [";", "\t", " "])
def test_decimal_commas_are_found(tmp_path, delimiter):
    text = table_text(delimiter=delimiter)
    head, body = text.split("\n", 1)
    path = write(tmp_path, "a.csv", f"{head}\n{body.replace('.', ',')}")
    assert_is_the_table(read(path))
    assert_is_the_table(read(path, decimal=",", delimiter=delimiter))
    message = str(refusal(path, "table", decimal="."))
    assert "line 2" in message
    assert "is no number" in message
    assert "decimal" in message


def test_a_header_marked_as_a_comment_and_aligned_columns(tmp_path):
    rows = [line.split(",") for line in table_text().splitlines()]
    text = "# " + "\n".join("  ".join(f"{value:>12}" for value in row) for row in rows)
    assert_is_the_table(read(write(tmp_path, "a.dat", text + "\n")))


def test_a_mark_of_a_spreadsheet_before_the_header(tmp_path):
    error = refusal(write(tmp_path, "a.csv", "sep=;\n" + table_text(delimiter=";")), "table")
    assert "line 1" in error.place
    assert "'sep=;'" in error.problem


def test_mixed_decimal_marks_are_refused(tmp_path):
    head, body = table_text(delimiter=";").split("\n", 1)
    first, rest = body.split("\n", 1)
    error = refusal(write(tmp_path, "a.csv", f"{head}\n{first.replace('.', ',')}\n{rest}"), "table")
    assert "line 2, column lon" in error.place


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "gb18030"])
def test_text_of_another_encoding(tmp_path, encoding):
    name = "Länge" if encoding == "cp1252" else "经度"
    content = table_text().replace("lon", name, 1).encode(encoding)
    options = {} if encoding == "utf-8-sig" else {"encoding": encoding}
    assert_is_the_table(read(write(tmp_path, "a.csv", content), columns={"lon": name}, **options))


def test_encodings_that_cannot_be(tmp_path):
    path = write(tmp_path, "a.csv", table_text().replace("lon", "Länge", 1).encode("cp1252"))
    assert "is not UTF-8" in str(refusal(path, "table", columns={"lon": "Länge"}))
    assert "encoding: 'utf-16' cannot decode" in str(refusal(path, "table", encoding="utf-16"))
    assert "no known encoding" in str(refusal(path, "table", encoding="klingon"))


@pytest.mark.parametrize("where", ["header", "line"])
def test_a_field_longer_than_any_value(tmp_path, where):
    lines = table_text().splitlines()
    number = 0 if where == "header" else 3
    lines[number] = lines[number].replace(",", "," + "x" * 140_000, 1)
    error = refusal(write(tmp_path, "a.csv", "\n".join(lines)), "table")
    assert "cannot be split into values" in error.problem
    assert "a.csv" in error.place
