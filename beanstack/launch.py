"""A way to run a module of this package with a Python in whose environment the package is not installed.

The local AWS pins its own dependencies and so has an environment of its own. Its Python must find this package and none
of the packages that lie beside it in `site-packages`, because their versions are another environment's. This file is
run as a script, by the words in LAUNCH, a module's name and its arguments.
"""

from __future__ import annotations

import runpy
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

# -P: the folder of this file, whose modules have names such as `yaml`, must not be searched for imports.
LAUNCH = ("-P", __file__)


def main() -> None:
    """Make this package importable from where it lies, and run a module as `python -m` does."""
    package = Path(__file__).resolve().parent
    spec = spec_from_file_location(package.name, package / "__init__.py", submodule_search_locations=[str(package)])
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {package}")
    module = module_from_spec(spec)
    sys.modules[package.name] = module
    spec.loader.exec_module(module)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
