#!/usr/bin/env python3
"""The project's speed, measured by `make benchmark`.

Most figures are ratios of medians that are measured side by side, because a time on one machine says little about
another. Commands that wait for nothing are measured in processor time, which other work on the machine hardly changes.
Files are in memory where the system has such a folder, because the speed of a disk is not ours either. The last figure
deploys the example to the project's local AWS. The exit status is 1 if a figure is over its limit.
"""

from __future__ import annotations

import ast
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from beanstack.operate.committed import deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

PROJECT = Path(__file__).resolve().parent.parent
SHOP = PROJECT / "examples/shop"
PYTHON = PROJECT / ".venv/bin/python"
MEMORY = "/dev/shm"


class Figure(NamedTuple):
    """A measured ratio, or milliseconds where `unit` says so, and the most that it may be."""

    name: str
    value: float
    limit: float
    unit: str = "x"

    def __str__(self) -> str:
        verdict = "ok" if self.value <= self.limit else "TOO SLOW"
        return f"{self.name:<66}{self.value:7.2f} {self.unit:<3} at most {self.limit:g}  {verdict}"


def main() -> int:
    """Print every figure and return the exit status."""
    with tempfile.TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        figures = [
            *generation(Path(folder)),
            bundle_linter(),
            *template_linter(Path(folder)),
            *further_environments(Path(folder)),
            *further_shops(Path(folder)),
            unchanged_stack(),
        ]
    print(*figures, sep="\n")
    return int(any(figure.value > figure.limit for figure in figures))


def generation(folder: Path) -> list[Figure]:
    """Compare generate.py on the shipped configurations with importing its libraries."""
    projects = {"generate.py": (PROJECT, 2.0), "generate.py of examples/shop": (SHOP, 2.5)}
    imports = "\n".join(library_imports())
    figures = []
    for name, (project, limit) in projects.items():
        generate: list[object] = [PYTHON, project / "generate.py", "--root", folder / f"shipped-{project.name}"]
        ours, libraries = medians([partial(run, generate), lambda: run([PYTHON, "-c", imports])], 15, processor_time)
        figures.append(Figure(f"{name} against importing its libraries", ours / libraries, limit))
    return figures


def library_imports() -> list[str]:
    """Return the imports of libraries in generate.py and in the modules that it loads."""
    sources = [PROJECT / "generate.py", *(PROJECT / "beanstack").glob("*.py")]
    sources += [
        path for folder in ("config", "resources", "text") for path in (PROJECT / "beanstack" / folder).rglob("*.py")
    ]
    return imports_of(sources)


def imports_of(sources: Iterable[Path]) -> list[str]:
    """Return the import statements at the top of modules, without imports of our own modules."""
    statements = [node for path in sources for node in ast.parse(path.read_text("utf-8")).body]
    imports = {ast.unparse(node) for node in statements if isinstance(node, ast.Import | ast.ImportFrom)}
    return sorted(line for line in imports if " beanstack" not in line and "__future__" not in line)


def bundle_linter() -> Figure:
    """Compare the linter on the shipped folder with importing its libraries, of which only a zip needs zipfile."""
    lint: list[object] = [PYTHON, "-m", "beanstack.lint", PROJECT / "bundle/todobackend/dev"]
    loaded = {path for folder in ("lint/bundles", "text") for path in (PROJECT / "beanstack" / folder).glob("*.py")}
    loaded -= {PROJECT / "beanstack/lint/bundles/zipped.py"}
    imports = "\n".join(imports_of([PROJECT / "beanstack/lint/__main__.py", *loaded]))
    ours, libraries = medians([lambda: run(lint), lambda: run([PYTHON, "-c", imports])], 15, processor_time)
    return Figure("the bundle linter against importing its libraries", ours / libraries, 2.0)


def template_linter(folder: Path) -> list[Figure]:
    """Compare cfn-lint with the rules and without them: on the shipped templates and on two of other kinds."""
    here = Path(__file__).parent
    many = folder / "environments.yaml"
    many.write_text(forty((here / "environments.yaml").read_text("utf-8")), "utf-8")
    measured = {
        "the shipped templates": sorted((PROJECT / "output/todobackend").glob("*.yaml")),
        "conditions and mappings": [here / "conditions.yaml"],
        "40 environments": [many],
    }
    figures = []
    for name, templates in measured.items():
        plain: list[object] = [PROJECT / ".venv/bin/cfn-lint", *templates, "--config-file", os.devnull]
        with_rules = [*plain, "--append-rules", "beanstack.lint.rules"]
        ours, theirs = medians([partial(run, with_rules), partial(run, plain)], 15, processor_time)
        figures.append(Figure(f"cfn-lint with the rules against without: {name}", ours / theirs, 1.25))
    return figures


def forty(template: str) -> str:
    """Return a template with 40 environments like its last resource, which is one."""
    head, resource, environment = template.partition("  Environment00:\n")
    copies = [(resource + environment).replace("00", f"{number:02}") for number in range(40)]
    return head + "".join(copies)


def further_environments(folder: Path) -> list[Figure]:
    """Measure what each environment after the first costs, and whether that stays the same up to 1,000."""
    actions = [generating(many(count), folder / str(count)) for count in (1, 100, 1000)]
    one, hundred, thousand = medians(actions, 3, processor_time)
    first, rest = (hundred - one) / 99, (thousand - hundred) / 900
    return [
        Figure("each further environment, up to 100", first * 1000, 10, "ms"),
        Figure("each further environment, from 100 to 1,000", rest * 1000, 10, "ms"),
        Figure("the same, 1,000 against 100 (1 is a straight line)", rest / first, 1.5),
    ]


def further_shops(folder: Path) -> list[Figure]:
    """Measure what each environment of the second example costs: one without keys of its own, and one like its prod.

    That one has more than twice the settings of the others, and its configuration is read anew for each.
    """
    figures = []
    for name, environment, limit in (("without keys", "    {}\n", 10), ("like its prod", prod(), 25)):
        actions = [generating(shops(count, environment), folder / f"shop {name} {count}") for count in (1, 51)]
        one, more = medians(actions, 5, processor_time)
        name = f"each further environment of examples/shop, {name}"
        figures.append(Figure(name, (more - one) / 50 * 1000, limit, "ms"))
    return figures


def generating(config: str, folder: Path) -> Callable[[], object]:
    """Return an action that generates a configuration into a folder that is new each time."""
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns(".*", "bundle", "output", "build"))
    [application] = re.findall(r"^application: (\S+)$", config, re.MULTILINE)
    path = folder / f"config/{application}.yaml"
    path.write_text(config, "utf-8")
    output = folder / "out"
    command: list[object] = [PYTHON, folder / "generate.py", path, "--root", output]

    def generate() -> None:
        shutil.rmtree(output, ignore_errors=True)
        run(command)

    return generate


def prod() -> str:
    """Return the settings of the second example's prod."""
    return (SHOP / "config/shop.yaml").read_text("utf-8").partition("  prod:\n")[2]


def shops(count: int, environment: str) -> str:
    """Return the second example's configuration with `count` environments of the same settings."""
    head = (SHOP / "config/shop.yaml").read_text("utf-8").partition("environments:\n")[0]
    return head + "environments:\n" + "".join(f"  e{number:02}:\n{environment}" for number in range(count))


def many(count: int) -> str:
    """Return the shipped configuration with `count` environments."""
    example = (PROJECT / "config/todobackend.yaml").read_text("utf-8")
    head = example.partition("environments:")[0].replace("application: todobackend", "application: many")
    return head + "environments:\n" + "".join(f"  e{number:04}: {{}}\n" for number in range(count))


def unchanged_stack() -> Figure:
    """Compare a `make stack LOCAL=1` that changes nothing with the aws and cfn-lint calls that do the same by hand."""
    stack: list[object] = ["make", "-C", PROJECT, "stack", "LOCAL=1"]
    run(stack)
    state = PROJECT / "build/localaws"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(state),
        "AWS_ACCESS_KEY_ID": "0" * 12,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    endpoint = f"http://127.0.0.1:{(state / 'port').read_text()}"
    aws: list[object] = [PROJECT / ".venv/bin/aws", "--endpoint-url", endpoint, "--region", "us-east-1"]
    templates = [PROJECT / "output/todobackend" / name for name in ("application.yaml", "dev.yaml")]
    bucket = run(
        [*aws, "cloudformation", "list-exports", "--query", "Exports[0].Value", "--output", "text"], environment
    )
    bucket, key = bucket.strip(), deployment(templates[1]).bundle_key
    record = state / "benchmark.json"
    record.write_text("{}", "utf-8")
    write_record = [*aws, "s3api", "put-object", "--bucket", bucket, "--key", "benchmark.json", "--body", record]
    deploy = [*aws, "cloudformation", "deploy", "--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"]
    calls: list[list[object]] = [
        write_record,
        [PROJECT / ".venv/bin/cfn-lint", *templates],
        [*deploy, "--stack-name", "todobackend", "--template-file", templates[0]],
        [*aws, "cloudformation", "describe-stacks", "--stack-name", "todobackend"],
        [*aws, "s3api", "head-object", "--bucket", bucket, "--key", key],
        [*deploy, "--stack-name", "todobackend-dev", "--template-file", templates[1]],
        write_record,
    ]
    ours, theirs = medians([lambda: run(stack), lambda: [run(call, environment) for call in calls]], 5)
    return Figure("make stack LOCAL=1, nothing to do, against aws and cfn-lint calls", ours / theirs, 1.3)


def processor_time() -> float:
    """Return the seconds that the processor has spent on child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def medians(
    actions: Sequence[Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return the seconds of each action, in rounds of one after the other, so that all meet the same machine."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, taken in zip(actions, times, strict=True):
            before = clock()
            action()
            taken.append(clock() - before)
    return [statistics.median(taken) for taken in times]


def run(command: Sequence[object], environment: Mapping[str, str] | None = None) -> str:
    """Return what the command prints; if it fails, exit with its own message."""
    words = [str(word) for word in command]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed with status {done.returncode}:\n{done.stderr or done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
