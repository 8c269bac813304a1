"""Deliberate faults in Python source: one changed operator, number, condition or call each."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}
#: Functions of one argument that are replaced by the argument itself.
WRAPPERS = {"abs", "sqrt", "sorted", "nan_to_num", "unique", "cumsum", "sign", "log"}
#: Arguments that change no result of code without a fault.
GUARDS = {"strict"}
#: What is not computed with: messages, logs, types.
SKIPPED = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Assert)


@dataclass(frozen=True)
class Mutant:
    """One fault.

    Parameters
    ----------
    module : str
        Path of the file below the package's parent folder.
    function : str
        Dotted name of the class and function around the fault; empty at module level.
    line : int
        Line of the changed expression in the original.
    before, after : str
        The expression, and what it becomes.
    occurrence : int
        Counts equal changes within the function, from 0.
    """

    module: str
    function: str
    line: int
    before: str
    after: str
    occurrence: int

    @property
    def key(self) -> str:
        """Name that stays the same when lines above are added or removed."""
        count = f" #{self.occurrence}" if self.occurrence else ""
        return f"{self.module}::{self.function}: {self.before} -> {self.after}{count}"


def find_mutants(module: str, source: str) -> Iterator[tuple[Mutant, Callable[[], str]]]:
    """Yield every fault of a module, in the order of the text, with what makes its source."""
    tree = ast.parse(source)
    counts: dict[str, int] = {}
    for function, path in _places(tree):
        node = _at(tree, path)
        for replacement in _replacements(node):
            before, after = _shown(node), _shown(replacement)
            same = f"{function}: {before} -> {after}"
            occurrence = counts.get(same, 0)
            counts[same] = occurrence + 1
            fault = Mutant(module, function, node.lineno, before, after, occurrence)
            yield fault, partial(_mutated, tree, path, replacement)


def _mutated(tree: ast.Module, path: tuple, replacement: ast.AST) -> str:
    """Return the source of a tree in which one node is replaced."""
    mutated = copy.deepcopy(tree)
    _replace(mutated, path, replacement)
    return ast.unparse(ast.fix_missing_locations(mutated))


def _places(tree: ast.Module) -> Iterator[tuple[str, tuple]]:
    """Yield the enclosing function and the path of every node that computes."""
    stack: list[tuple[ast.AST, str, tuple]] = [(tree, "", ())]
    while stack:
        node, function, path = stack.pop(0)
        if path and isinstance(node, (ast.expr, ast.stmt)):
            yield function, path
        below = []
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            for place, child in _children(field, value):
                if isinstance(child, ast.AST) and not _skipped(child):
                    name = getattr(child, "name", "") if _is_scope(child) else ""
                    inner = ".".join(filter(None, (function, name)))
                    below.append((child, inner, (*path, place)))
        stack = below + stack


def _children(field: str, value: object) -> Iterator[tuple[tuple[str, int | None], object]]:
    if isinstance(value, list):
        for position, child in enumerate(value):
            yield (field, position), child
    else:
        yield (field, None), value


def _is_scope(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef))


def _skipped(node: ast.AST) -> bool:
    if isinstance(node, SKIPPED) or _is_main_block(node):
        return True
    if isinstance(node, ast.keyword) and node.arg in GUARDS:
        return True
    if isinstance(node, ast.Expr):
        called = node.value
        if isinstance(called, ast.Constant):  # a docstring
            return True
        return isinstance(called, ast.Call) and _shown(called.func).startswith("logger.")
    return False


def _is_main_block(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in _shown(node.test)


def _at(tree: ast.AST, path: tuple) -> ast.AST:
    node = tree
    for field, position in path:
        value = getattr(node, field)
        node = value if position is None else value[position]
    return node


def _replace(tree: ast.AST, path: tuple, replacement: ast.AST) -> None:
    parent = _at(tree, path[:-1])
    field, position = path[-1]
    if position is None:
        setattr(parent, field, replacement)
    else:
        getattr(parent, field)[position] = replacement


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node."""
    if isinstance(node, ast.Compare):
        for position, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[position] = COMPARISONS[type(operator)]()
            yield changed
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in ARITHMETIC:
        yield _with_operator(node, ARITHMETIC)
    elif isinstance(node, ast.BoolOp):
        yield _with_operator(node, LOGIC)
    elif isinstance(node, ast.UnaryOp):
        yield copy.deepcopy(node.operand)
    elif isinstance(node, ast.If):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), changed.test)
        yield changed
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    elif isinstance(node, ast.Call) and _wraps(node):
        yield copy.deepcopy(node.args[0])


def _with_operator(node: ast.AST, swaps: dict) -> ast.AST:
    changed = copy.deepcopy(node)
    changed.op = swaps[type(node.op)]()
    return changed


def _other_constants(node: ast.Constant) -> Iterator[ast.Constant]:
    value = node.value
    if isinstance(value, bool):
        yield ast.copy_location(ast.Constant(not value), node)
    elif isinstance(value, int):
        yield ast.copy_location(ast.Constant(value + 1), node)
    elif isinstance(value, float):
        yield ast.copy_location(ast.Constant(value * 1.25 if value else 1.0), node)


def _wraps(node: ast.Call) -> bool:
    return _shown(node.func).rsplit(".", 1)[-1] in WRAPPERS and len(node.args) >= 1


def _shown(node: ast.AST) -> str:
    """Return the text of a node; of a compound statement its first line."""
    return ast.unparse(node).partition("\n")[0]
