"""Where the symbolic links of a zip lead: each is resolved as Linux would do it, in names alone.

https://man7.org/linux/man-pages/man7/path_resolution.7.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.lint.bundles.bundle import Bundle

IN_A_ROW = 40  # links that Linux follows
LONGEST = 4096  # bytes of a path on Linux
STEPS = 200_000  # of all links together, lest a zip that was made for it takes hours


class OutsideError(Exception):
    """A link leads out of the folder that the zip is unpacked to."""


class LoopError(Exception):
    """A link cannot be followed to an end."""


def judge_links(bundle: Bundle, links: Mapping[str, str]) -> None:
    """Tells links that lead out of the bundle or round in a circle; no other one is followed either."""
    steps = iter(range(STEPS))
    for name, target in links.items():
        try:
            if len(name) > LONGEST:
                raise LoopError
            end = _resolved(name, links, steps)
            if f"{name}/".startswith(f"{end}/" if end else ""):
                raise LoopError
        except OutsideError:
            bundle.report("link-outside", name, f"the link to {target[:80]!a} leads out of the bundle")
        except LoopError:
            where = "back to itself, to a folder above or through too many links"
            bundle.report("link-loop", name, f"the link to {target[:80]!a} leads {where}")


def _resolved(name: str, links: Mapping[str, str], steps: Iterator[int]) -> str:
    """The path at which a path ends, without any link in it."""
    here: list[str] = []
    left, followed = name.split("/")[::-1], 0  # the next part is the last one
    while left:
        part = left.pop()
        if next(steps, None) is None:
            raise LoopError
        if part in ("", "."):
            continue
        if part == "..":
            if not here:
                raise OutsideError
            here.pop()
            continue
        here.append(part)
        path = "/".join(here)
        if path not in links:
            continue
        followed += 1
        if followed > IN_A_ROW or len(path) + len(links[path]) > LONGEST:
            raise LoopError
        if links[path].startswith("/"):
            raise OutsideError
        here.pop()
        left += links[path].split("/")[::-1]
    return "/".join(here)
