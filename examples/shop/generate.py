#!/usr/bin/env python3
"""Generate this project's bundle/ and output/ from config/; `./generate.py --help` lists the options."""

import sys
from pathlib import Path

from beanstack.cli import main

if __name__ == "__main__":
    project = Path(__file__).resolve().parent
    sys.exit(main(["generate", "--project", str(project), *sys.argv[1:]]))
