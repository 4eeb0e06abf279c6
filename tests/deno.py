"""Deno for our JavaScript: it runs modules that need no browser, which takes a tenth of a second where a browser takes several."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import deno

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
const modules = {{}};
for (const path of {paths}) modules[path.split("/").at(-1).replace(".js", "")] = await import(`{root}/assets/${{path}}`);
const argument = {argument};
const answer = await (async () => {{ {body} }})();
console.log(JSON.stringify(answer));
"""


def run(*arguments: str, program: str | None = None) -> subprocess.CompletedProcess[str]:
    """One call of Deno at the checkout's root, without colours and without the network."""
    environment = os.environ | {"NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}
    command = [deno.find_deno_bin(), *arguments]
    return subprocess.run(command, cwd=ROOT, input=program, capture_output=True, text=True, timeout=120, env=environment)


def evaluate(paths: list[str], body: str, argument: Any = None) -> Any:
    """What `body`, JavaScript that ends with `return`, gives as JSON: a number that is not finite as None.

    paths: modules under assets/; `modules` has each by its file's name. argument: `argument` in the body. Raises AssertionError with
    Deno's words where the body throws.
    """
    program = PROGRAM.format(paths=json.dumps(paths), root=ROOT.as_uri(), argument=json.dumps(argument), body=body)
    done = run("run", "--no-remote", "--allow-read", "-", program=program)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
