"""The config held against its schema: faults in one line, with what would be allowed.

Imported by the other modules of the rules; plain Python, without the package.
"""

import difflib
import math
from pathlib import Path

import jsonschema
import yaml
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError

SCHEMA_FILE = Path(__file__).parents[2] / "config" / "config.schema.yaml"
#: More values than any config has.
MOST_VALUES = 1_000_000
#: What a check of the schema asks for.
WORDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minItems": "with at least {} values",
    "maxItems": "with at most {} values",
    "uniqueItems": "with each value once",
    "minLength": "with at least {} characters",
    "maxLength": "with at most {} characters",
    "minProperties": "with at least {} keys",
    "pattern": "text like {}",
}


def refuse(key, problem, remedy):
    """Stop before any job: one line that names the key, the value and what to do."""
    raise WorkflowError(f"hotslope: config {key}: {problem}. {remedy}.")


def check_keys(file):
    """Refuse a key that is given twice in a section of a YAML file, of which the last would win."""
    try:
        with open(file, encoding="utf-8") as stream:
            waiting = [(yaml.compose(stream, yaml.SafeLoader), "")]
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        return  # reported by Snakemake, which has read it or will
    if waiting[0][0] is not None and unfolded(waiting[0][0], {}) > MOST_VALUES:
        refuse(
            str(file),
            f"unfolds into more than {MOST_VALUES:,} values through its aliases (*name)",
            "Write out what is needed",
        )
    seen = set()
    while waiting:
        node, section = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(item, section) for item in node.value]
        if not isinstance(node, yaml.MappingNode):
            continue
        lines = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            dotted = f"{section}.{name}".lstrip(".")
            if name in lines and name != "<<":
                refuse(
                    dotted,
                    f"is given twice, in lines {lines[name]} and {line} of {file}",
                    "Keep one of them",
                )
            lines[name] = line
            waiting.append((value, dotted))


def unfolded(node, known):
    """Count the values of a YAML node, aliases unfolded; infinitely many where it holds itself.

    `known` maps the identity of nodes to the counts that are known.
    """
    if id(node) not in known:
        known[id(node)] = math.inf
        children = node.value if isinstance(node, yaml.CollectionNode) else []
        pairs = [item if isinstance(item, tuple) else (item,) for item in children]
        known[id(node)] = 1 + sum(unfolded(each, known) for pair in pairs for each in pair)
    return known[id(node)]


def check_schema(settings):
    """Check the config against its schema; the first fault is reported in one line."""
    schema = load_configfile(SCHEMA_FILE)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(settings))
    # A wrong value of an option that depends on the format makes its key count as unknown too.
    plain = [error for error in errors if error.validator != "unevaluatedProperties"]
    error = jsonschema.exceptions.best_match(plain or errors)
    if error is None:
        return
    key = ".".join(map(str, error.absolute_path)) or "(top level)"
    value = str(error.instance)
    value = value if len(value) < 60 else f"{value[:57]}..."
    problem = error.message if len(error.message) < 500 else f"{error.message[:497]}..."
    if error.validator in ("additionalProperties", "unevaluatedProperties", "required"):
        refuse(key, problem, allowed(error))
    refuse(key, f"{value!r} is not allowed ({problem})", allowed(error))


def known_keys(schema, settings):
    """Name the keys of a section, with those that its conditions add (options of a format)."""
    known = set(schema.get("properties") or {})
    for rule in schema.get("allOf") or []:
        if jsonschema.Draft202012Validator(rule["if"]).is_valid(settings):
            known |= known_keys(rule["then"], settings)
    return known


def allowed(error):
    """Say in words what the schema allows where `error` was found."""
    check, value = error.validator, error.validator_value
    if check in ("additionalProperties", "unevaluatedProperties"):
        known = known_keys(error.schema, error.instance)
        if not known:
            return error.message
        return f"{suggestion(error.instance, known)}Allowed keys: {', '.join(sorted(known))}"
    if check == "required":
        return "Add the missing key"
    return f"Allowed: {in_words({check: value}) or f'{check} {value}'}"


def suggestion(settings, known):
    """Suggest the known key that an unknown one resembles."""
    for name in settings:
        if name not in known:
            for meant in difflib.get_close_matches(str(name), known, 1):
                return f"Did you mean {meant!r} for {name!r}? "
    return ""


def in_words(schema):
    """Say in words what a part of the schema asks of a value."""
    said = []
    for check, value in schema.items():
        if check in ("anyOf", "oneOf"):
            said.append("; or ".join(map(in_words, value)))
        elif check in ("enum", "const"):
            said.append(", ".join(map(str, value if check == "enum" else [value])))
        elif check == "type":
            said.append(value if isinstance(value, str) else " or ".join(value))
        elif check == "items":
            said.append(f"of {in_words(value)}")
        elif check == "not":
            said.append(f"anything but {in_words(value)}")
        elif check in WORDS:
            said.append(WORDS[check].format(value))
    return " ".join(said)


def check_finite(settings, key=""):
    """Refuse .nan and .inf, which pass the schema: no comparison catches them."""
    if isinstance(settings, (dict, list)):
        inside = settings.items() if isinstance(settings, dict) else enumerate(settings)
        for name, item in inside:
            check_finite(item, f"{key}.{name}".lstrip("."))
    elif isinstance(settings, float) and not math.isfinite(settings):
        refuse(key, f"{settings} is not allowed", "Give a finite number")
