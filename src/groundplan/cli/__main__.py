"""`python -m groundplan.cli`."""

import sys

from groundplan.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
