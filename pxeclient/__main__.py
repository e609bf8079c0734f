"""``python -m pxeclient`` is the command `pxeclient`."""

from pxeclient.cli.main import main

if __name__ == "__main__":
    main()
