"""Who is asking: an anonymous owner, known by a secret in a cookie that scripts cannot read."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping

COOKIE = "np_owner"
MAX_AGE = 400 * 24 * 3600  # seconds; browsers allow no more
SECRET = re.compile(r"[A-Za-z0-9_-]{32,86}")


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def owner_of(cookies: Mapping[str, str]) -> str | None:
    """The owner's id, or None without a valid cookie. It is a digest: who reads the store cannot make the cookie from it."""
    secret = cookies.get(COOKIE, "")
    return hashlib.sha256(secret.encode()).hexdigest()[:32] if SECRET.fullmatch(secret) else None


def set_cookie(secret: str, *, secure: bool) -> str:
    """The value of the Set-Cookie header."""
    return f"{COOKIE}={secret}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
