"""What Keras's own source text says of its public objects: argument names, defaults and documentation, read with `ast`.

Keras is never imported here: finding 468 names this way takes half a second, importing them takes five and loads TensorFlow.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.values.errors import Unavailable

REQUIRED = object()  # the "default" of an argument that has none
BASE_OPTIMIZER = "keras.src.optimizers.base_optimizer"
BASE_OPTIMIZER_HELP = "base_optimizer_keyword_args"  # a text that Keras pastes into the optimizers' docstrings


@dataclass(frozen=True)
class Argument:
    """name and default as in the signature (REQUIRED where there is none); help: its paragraph of the docstring."""

    name: str
    default: Any
    help: str


@dataclass(frozen=True)
class Signature:
    """summary: the docstring's first sentence; help: its text up to the arguments; arguments: in the signature's order."""

    summary: str
    help: str
    arguments: tuple[Argument, ...]


@lru_cache(maxsize=1)
def root() -> Path:
    """The folder of the installed Keras package."""
    found = importlib.util.find_spec("keras")  # of a top-level package: finds without importing
    if found is None or not found.origin:
        raise Unavailable(
            "Keras is not installed.", expected="the package keras", got="nothing", fix="Run pip install -r requirements.txt."
        )
    return Path(found.origin).parent


@lru_cache(maxsize=16)
def exports(module: str) -> dict[str, tuple[str, str]]:
    """The public names of `keras.<module>`: name → (module that defines it, its name there)."""
    tree = ast.parse((root() / module.replace(".", "/") / "__init__.py").read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@lru_cache(maxsize=256)
def signature(kind: str) -> Signature:
    """The signature of `"layers.Conv2D"` or another public class or function. Raises KeyError where Keras has no such name."""
    module, _, name = kind.rpartition(".")
    node = definition(*exports(module)[name])
    docstring = ast.get_docstring(node, clean=True) or ""
    if "{{" + BASE_OPTIMIZER_HELP + "}}" in docstring:
        docstring = docstring.replace("{{" + BASE_OPTIMIZER_HELP + "}}", base_optimizer_help())
    helps = argument_helps(docstring)
    text = introduction(docstring)
    arguments = tuple(Argument(arg, default, helps.get(arg, "")) for arg, default in arguments_of(node))
    return Signature(first_sentence(text), text, arguments)


@lru_cache(maxsize=256)
def definitions(module: str) -> dict[str, ast.ClassDef | ast.FunctionDef]:
    path = root().parent / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}


def definition(module: str, name: str) -> ast.ClassDef | ast.FunctionDef:
    return definitions(module)[name]


def arguments_of(node: ast.ClassDef | ast.FunctionDef) -> list[tuple[str, Any]]:
    """Names and defaults, `self` and `**kwargs` left out. A class without a constructor of its own takes none that we offer."""
    if isinstance(node, ast.ClassDef):
        inits = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
        if not inits:
            return []
        node = inits[0]
    positional = node.args.posonlyargs + node.args.args
    defaults = [REQUIRED] * (len(positional) - len(node.args.defaults)) + [value_of(each) for each in node.args.defaults]
    named = [(arg.arg, default) for arg, default in zip(positional, defaults, strict=True) if arg.arg != "self"]
    keyword = [
        (arg.arg, REQUIRED if default is None else value_of(default))
        for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    ]
    return named + keyword


def value_of(node: ast.expr) -> Any:
    """A default's value where it is a literal, else its source text (constants such as `HORIZONTAL`)."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


@lru_cache(maxsize=1)
def base_optimizer_help() -> str:
    """Keras's help for the arguments that all optimizers share, indented as the docstrings want it."""
    path = root().parent / (BASE_OPTIMIZER.replace(".", "/") + ".py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [BASE_OPTIMIZER_HELP]:
            return "\n".join(line[4:] if line.startswith("        ") else line for line in ast.literal_eval(node.value).splitlines())
    return ""


SECTION = re.compile(
    r"^(Args|Arguments|Returns?|Raises|Examples?|Input shapes?|Output shapes?|Call arguments?|References?|Reference):?", re.M
)


def introduction(docstring: str) -> str:
    """The docstring up to its first section, as Markdown."""
    found = SECTION.search(docstring)
    return (docstring[: found.start()] if found else docstring).strip()


def first_sentence(text: str) -> str:
    """The first sentence of a text, on one line."""
    paragraph = " ".join(text.split("\n\n")[0].split())
    found = re.match(r".*?[.!](?=\s|$)(?<!i\.e\.)(?<!e\.g\.)", paragraph)
    return (found.group() if found else paragraph).replace("..", ".")


ARGUMENT = re.compile(r"^\*{0,2}(\w+(?:\s*,\s*\w+)*)\*{0,2}\s*:\s*(.*)")


def argument_helps(docstring: str) -> dict[str, str]:
    """The paragraphs of the `Args:` section by argument name, each on one line."""
    found = re.search(r"^(?:Args|Arguments):\n((?:[ ]+.*\n|\n)*)", docstring + "\n", re.M)
    helps: dict[str, list[str]] = {}
    names: list[str] = []
    for line in inspect.cleandoc(found.group(1)).splitlines() if found else []:
        if start := ARGUMENT.match(line):  # at the section's own indentation; continuation lines there match rarely
            names = [name.strip() for name in start.group(1).split(",")]
            helps |= {name: [] for name in names}
            line = start.group(2)
        for name in names:
            helps[name].append(line.strip())
    return {name: " ".join(" ".join(lines).split()) for name, lines in helps.items()}
