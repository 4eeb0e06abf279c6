"""How much memory there is, and how to say it."""

from __future__ import annotations

import os
from pathlib import Path

UNLIMITED = 1 << 60


def available_bytes() -> int:
    """What this process may still take: the machine's free memory, or the container's limit less what is used, if lower."""
    return min(_machine(), _container(Path("/sys/fs/cgroup")))


def readable(size: float) -> str:
    """Bytes for people: "31 MB", "1.5 GB", "2,400 TB"."""
    for unit, step in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if size >= step:
            return f"{size / step:,.1f} {unit}" if size < 10 * step else f"{size / step:,.0f} {unit}"
    return f"{max(size, 0) / 1e3:,.0f} kB"


def _machine() -> int:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4  # what is free cannot be told; assume most of it
    return UNLIMITED


def _container(folder: Path) -> int:
    """By control group, version 2. Cached files count as used there but are given back when needed."""
    try:
        limit = (folder / "memory.max").read_text().strip()
        used = int((folder / "memory.current").read_text())
        used -= sum(int(line.split()[1]) for line in (folder / "memory.stat").read_text().splitlines() if line.startswith("inactive_file "))
    except (OSError, ValueError):
        return UNLIMITED
    return UNLIMITED if limit == "max" else max(int(limit) - used, 0)
