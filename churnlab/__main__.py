"""`python -m churnlab` is the command line."""

from churnlab.cli import main

main()
