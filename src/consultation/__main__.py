"""`python -m consultation`: the command line."""

from consultation.cli.main import main

if __name__ == "__main__":
    main()
