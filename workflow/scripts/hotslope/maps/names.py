"""Names of columns, tracks and models, and shares, in words."""


def readable(name: str) -> str:
    """Turn a column name into words."""
    known = {"twi": "TWI", "spi": "SPI", "tpi": "TPI", "tri": "TRI", "cnn": "CNN"}
    return known.get(name, name.replace("_", " "))


def percent(share: float) -> str:
    """Write a share in per cent; a small one is not rounded to 0."""
    return "< 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
