"""Static files: types, caches, nothing outside their folder."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest

from playground.web import assets
from playground.web.bundle import bundle


def test_our_modules_are_asked_for_anew_each_time(client):
    answer = client.get("/assets/shared/server/wire.js")
    assert answer.status_code == 200
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get("/assets/shared/server/wire.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/nothing.js", "/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py", "/assets/"])
def test_nothing_else_is_served(site, path):
    with httpx.Client() as client:
        request = client.build_request("GET", site)
        request.url = request.url.copy_with(raw_path=path.encode())
        assert client.send(request).status_code == 404


def test_plotlys_script_comes_from_the_package_with_a_long_life(client):
    answer = client.get("/assets/plotly.min.js", params={"v": "1"})
    assert answer.content == assets.plotly_script().read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/assets/plotly.min.js").headers["cache-control"] == "no-cache"
    for tags in (answer.headers["etag"], f'"other", W/{answer.headers["etag"]}'):
        again = client.get("/assets/plotly.min.js", headers={"If-None-Match": tags})
        assert (again.status_code, again.headers["cache-control"], again.content) == (304, "no-cache", b"")


def test_plotlys_script_is_packed_for_browsers_elsewhere(client, monkeypatch):
    monkeypatch.setattr(assets, "_is_here", lambda request: False)
    with client.stream("GET", "/assets/plotly.min.js", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == assets.plotly_script().read_bytes()


@pytest.mark.parametrize("name", ["badge", "cards", "inside", "live", "mistakes", "runs", "stack"])
def test_a_component_comes_in_one_piece_and_is_kept_for_ever(client, name):
    answer = client.get(f"/assets/v/{assets.version()}/{name}.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "import {" not in answer.text
    assert re.search(r"^export const \{ .*render.* \} = m\d+;$", answer.text, re.M)
    assert client.get(f"/assets/v/{assets.version()}/..{name}.js").status_code == 404


def test_modules_are_put_in_the_order_in_which_they_need_each_other(tmp_path):
    (tmp_path / "a.js").write_text("export const one = 1;\n")
    (tmp_path / "b.js").write_text('import { one as first } from "./a.js";\nexport function two() { return first + 1; }\n')
    (tmp_path / "c.js").write_text(
        'import { two } from "./b.js";\nimport { one } from "./a.js";\nexport class C { sum() { return one + two(); } }\n'
    )
    text = bundle(tmp_path / "c.js")
    assert text.index("const one = 1") < text.index("function two") < text.index("class C")
    assert "const { one: first } = m0;" in text
    assert text.endswith("export const { C } = m2;\n")


@pytest.mark.parametrize("line", ["export default 1;", 'import x from "./a.js";', 'import * as a from "./a.js";', "export { a };"])
def test_a_form_that_cannot_be_bundled_is_named(tmp_path, line):
    (tmp_path / "a.js").write_text(line + "\n")
    with pytest.raises(ValueError, match="not a form"):
        bundle(tmp_path / "a.js")
