"""Texts of the config in parameters of rules whose results are in the report.

Snakemake writes them into a script of its page as they are. Imported by the Snakefile, plain
Python.
"""

from html import escape


def escaped(setting):
    """Escape markup in nested settings; `hotslope.jobs.unescaped` gives them back."""
    if isinstance(setting, dict):
        return {escaped(name): escaped(item) for name, item in setting.items()}
    if isinstance(setting, (list, tuple)):
        return [escaped(item) for item in setting]
    return escape(setting, quote=False) if isinstance(setting, str) else setting
