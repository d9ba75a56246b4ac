"""`python -m node` is `wortley`."""

from node.cli import main

if __name__ == "__main__":
    main(prog_name="wortley")
