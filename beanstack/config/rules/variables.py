"""Rules on the variables of containers: what sets them, and what sets them once more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beanstack.eb.findings import Finding
from beanstack.eb.namespaces import SECRETS
from beanstack.eb.options.variables import of_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Path

SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Variables that a shell sets itself or makes read-only: dash, BusyBox's and bash as an image's sh. What the entry point
# is given under these names is lost, or ends it.
# https://www.gnu.org/software/bash/manual/html_node/Bash-Variables.html
OF_SHELL = {
    "_", "BASH", "BASHOPTS", "BASHPID", "BASH_ARGV0", "BASH_COMMAND", "BASH_SUBSHELL", "BASH_VERSINFO", "BASH_VERSION",
    "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HISTCMD", "IFS", "LINENO", "OLDPWD",
    "OPTIND", "PPID", "PS1", "PS2", "PS4", "PWD", "RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID",
}  # fmt: skip
# What a property replaces not only in containers: EB's hooks and commands on the instance have the properties, too.
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
OF_SYSTEM = ("PATH", "LD_LIBRARY_PATH", "LD_PRELOAD")
PROGRAMS = {"/bin", "/usr/bin"}


def database(env: Environment) -> Iterator[Finding]:
    """Yield `database.variables` that nothing would set, that something else sets, or that would break others."""
    if not env.database or not env.database.variables:
        return
    places = _of_all(env)
    boots: list[Path] = []
    for name, container in env.containers.items():
        if container.bootstrap:
            boots.append(("containers", name, "bootstrap"))
            places += _of_one(env, name)
    if not boots:
        message = "no container has `bootstrap: true`, so nothing would set `database.variables`"
        also = (*env.in_containers("bootstrap"), ("containers",))
        yield Finding(("database", "variables"), message, also=also)
    for place in places:
        if place[-1] in env.database.variables:
            message = f"both `database.variables` and `{'.'.join(map(str, place[:-1]))}` set this variable"
            yield Finding(place, message, also=(("database", "variables", place[-1]), *boots))
    for variable, source in env.database.variables.items():
        place = ("database", "variables", variable)
        if variable in of_database() and variable != source:
            message = f"EB sets {variable} itself, and others may be set from it; choose another name"
            yield Finding(place, message, at_key=True)
        elif variable in OF_SHELL or variable in OF_SYSTEM:
            message = f"the system or a shell needs {variable} for itself; choose another name"
            yield Finding(place, message, at_key=True)


def bootstrapped_names(env: Environment) -> Iterator[Finding]:
    """Yield variables that a bootstrapped container may lose.

    POSIX leaves it to a shell whether it passes on a variable whose name the shell itself could not use.
    """
    for name, place in _bootstrapped(env):
        if not SHELL_NAME.fullmatch(str(place[-1])):
            message = f"the entry point of '{name}' may lose the name '{place[-1]}'; use letters, digits and _"
            yield Finding(place, message, at_key=True, also=(("containers", name, "bootstrap"),))


def of_shell(env: Environment) -> Iterator[Finding]:
    """Yield variables of bootstrapped containers that a shell sets itself."""
    for name, place in _bootstrapped(env):
        if place[-1] in OF_SHELL:
            message = f"the shell that starts '{name}' sets {place[-1]} itself, so that this value may be lost"
            yield Finding(place, message, at_key=True, also=(("containers", name, "bootstrap"),))


def of_eb(env: Environment) -> Iterator[Finding]:
    """Yield variables of single containers that EB sets itself; those of all containers are EB's options."""
    for name in env.containers:
        for place in _of_one(env, name):
            if env.database and place[-1] in of_database():
                message = f"EB sets {place[-1]} of all containers itself, from the coupled database"
                yield Finding(place, message, at_key=True, also=(("database",),))


def set_twice(env: Environment) -> Iterator[Finding]:
    """Yield variables that EB gets as a property and as a secret."""
    for variable in env.options.get(SECRETS, {}):
        if variable in env.variables:
            other = ".".join(map(str, env.variables[variable].keys[0][:-1]))
            message = f"`{other}` sets this variable, too"
            yield Finding(("options", SECRETS, variable), message, at_key=True, also=env.variables[variable].keys)


def search_paths(env: Environment) -> Iterator[Finding]:
    """Yield what replaces the folders in which programs and libraries are found."""
    for place in _of_all(env):
        if place[-1] in OF_SYSTEM:
            message = f"replaces {place[-1]} in every image, and where EB's own scripts run; set it in one container"
            yield Finding(place, message, at_key=True)
    for name, container in env.containers.items():
        value = container.environment.get("PATH", "/bin")
        place = ("containers", name, "environment", "PATH")
        if "$" in value:
            yield Finding(place, "ECS substitutes nothing in a value: name the image's own folders instead of $PATH")
        elif PROGRAMS.isdisjoint(value.split(":")):
            yield Finding(place, "replaces the image's PATH, and has neither /bin nor /usr/bin")


def _bootstrapped(env: Environment) -> Iterator[tuple[str, Path]]:
    """Yield the places of bootstrapped containers' variables, each with a container; those of all with the first."""
    shared = _of_all(env)
    for name, container in env.containers.items():
        if container.bootstrap:
            for place in (*shared, *_of_one(env, name)):
                yield name, place
            shared = []


def _of_all(env: Environment) -> list[Path]:
    """Return the places of the variables that EB gives all containers; each ends in the variable's name."""
    places = [entry.keys[0] for entry in env.variables.values()]
    return places + [("options", SECRETS, variable) for variable in env.options.get(SECRETS, {})]


def _of_one(env: Environment, name: str) -> list[Path]:
    """Return the places of a container's own variables."""
    container = env.containers[name]
    places: list[Path] = [("containers", name, "environment", variable) for variable in container.environment]
    return places + [("containers", name, "secrets", variable) for variable in container.secrets]
