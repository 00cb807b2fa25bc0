"""`python -m beanstack`, which is the console script."""

import sys

from beanstack.cli import main

if __name__ == "__main__":
    sys.exit(main())
