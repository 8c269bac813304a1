"""Aliases, descriptions, allowed values, metadata and styles inside a GeoPackage.

Tables as in OGC 12-128r19 (GeoPackage 1.4), extensions "schema" and "metadata".
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from hotslope.files import PINNED_DATE
from hotslope.maps.fields import Field

_SCHEMA_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
  extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
  title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,
  max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
_METADATA_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (reference_scope TEXT NOT NULL,
  table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
_STYLE_TABLE = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME);
"""
_SPECIFICATION = "http://www.geopackage.org/spec/#extension_"


def describe_layers(
    path: Path,
    layers: Mapping[str, Iterable[Field]],
    styles: Mapping[str, tuple[str, str]],
    about: Mapping[str, object],
) -> None:
    """Add to a GeoPackage what its layers and columns mean, and how QGIS draws them.

    Parameters
    ----------
    path : Path
        A GeoPackage without these tables.
    layers : mapping of str to iterable of Field
        Layer → its columns.
    styles : mapping of str to (str, str)
        Layer → name and QML text of its default style.
    about : mapping
        Metadata of the whole file, written as JSON.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA_TABLES + _METADATA_TABLES + _STYLE_TABLE)
        _describe_columns(connection, layers)
        _add_metadata(connection, about)
        _add_styles(connection, styles)


def _describe_columns(
    connection: sqlite3.Connection, layers: Mapping[str, Iterable[Field]]
) -> None:
    """Fill the tables of the schema extension."""
    choices: dict[str, tuple[str, ...]] = {}
    for layer, fields in layers.items():
        for field in fields:
            constraint = f"{field.name}_values" if field.choices else None
            if constraint:
                choices[constraint] = field.choices
            text = _with_unit(field)
            connection.execute(
                "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
                (layer, field.name, field.name, field.alias, text, constraint),
            )
    connection.executemany(
        "INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value) "
        "VALUES (?, 'enum', ?)",
        [(name, value) for name, values in choices.items() for value in values],
    )
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        _register(connection, table, "schema")


def _with_unit(field: Field) -> str:
    """Return the description of a field, with its unit unless that is part of it."""
    if not field.unit or re.search(rf"(?<!\w){re.escape(field.unit)}(?!\w)", field.description):
        return field.description
    return f"{field.description}, {field.unit}"


def _add_metadata(connection: sqlite3.Connection, about: Mapping[str, object]) -> None:
    """Add metadata of the whole file."""
    text = json.dumps(about, indent=2, sort_keys=True, ensure_ascii=False)
    cursor = connection.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) "
        "VALUES ('dataset', 'https://json-schema.org', 'application/json', ?)",
        (text,),
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, ?, NULL)",
        (PINNED_DATE, cursor.lastrowid),
    )
    for table in ("gpkg_metadata", "gpkg_metadata_reference"):
        _register(connection, table, "metadata")


def _register(connection: sqlite3.Connection, table: str, extension: str) -> None:
    """Name a table of an extension among the extensions, once."""
    known = connection.execute(
        "SELECT 1 FROM gpkg_extensions WHERE table_name = ? AND extension_name = ?",
        (table, f"gpkg_{extension}"),
    ).fetchone()
    if not known:
        connection.execute(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
            (table, f"gpkg_{extension}", _SPECIFICATION + extension),
        )


def _add_styles(connection: sqlite3.Connection, styles: Mapping[str, tuple[str, str]]) -> None:
    """Add the table from which QGIS takes the default style of a layer."""
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (PINNED_DATE,),
    )
    for number, (layer, (name, style)) in enumerate(styles.items(), start=1):
        (geometry,) = connection.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
        connection.execute(
            "INSERT INTO layer_styles VALUES (?, '', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
            (number, layer, geometry, name, style, f"{layer} by {name}", PINNED_DATE),
        )
