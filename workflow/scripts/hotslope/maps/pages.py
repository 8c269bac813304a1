"""Pages of HTML from templates, in which every text is escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def render_page(template_path: str | Path, **values: Any) -> str:
    """Fill in a template.

    Parameters
    ----------
    template_path : str or Path
        Templates that it includes are in the same folder.
    **values
        What it names; all texts are escaped.

    Raises
    ------
    jinja2.UndefinedError
        The template names something else.
    """
    path = Path(template_path)
    environment = Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(path.name).render(**values) + "\n"
