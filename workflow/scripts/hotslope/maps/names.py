"""Names of columns, tracks and models in words."""


def readable(name: str) -> str:
    """Turn a column name into words."""
    known = {"twi": "TWI", "spi": "SPI", "tpi": "TPI", "tri": "TRI", "cnn": "CNN"}
    return known.get(name, name.replace("_", " "))
