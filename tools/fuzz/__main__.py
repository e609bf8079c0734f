"""The command line: `python -m tools.fuzz` (what it does is told in `tools.fuzz`)."""

from __future__ import annotations

import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from tools.damage.__main__ import damage
from tools.fuzz.subjects import STATUSES, SUBJECTS

_CAPTURES = "captures"


@click.command()
@click.argument("what", nargs=-1, type=click.Choice([*SUBJECTS, _CAPTURES]))
@click.option("--count", default=1000, show_default=True, help="How many of each.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Where files with faults are kept.")  # fmt: skip
@click.pass_context
def main(
    ctx: click.Context, what: tuple[str, ...], count: int, seed: int, keep: Path | None
) -> None:
    """Files and texts as nobody should write them, through whatever reads them."""
    faults = sum(fuzz(one, count, seed, keep) for one in what or SUBJECTS if one != _CAPTURES)
    if _CAPTURES in what:
        ctx.invoke(damage, folders=(), count=count, seed=seed, keep=keep)
    if faults:
        sys.exit(1)


def fuzz(what: str, count: int, seed: int, keep: Path | None = None) -> int:
    """Make and try so many; how many had faults. They are told on standard output."""
    make, attempt = SUBJECTS[what]
    found = 0
    kinds: Counter[str] = Counter()
    began = time.process_time()
    with TemporaryDirectory() as folder:
        for number in range(count):
            chance = Random(f"{seed} {what} {number}")
            mutant = make(chance)
            path = Path(folder) / f"mutant{mutant.suffix}"
            path.write_bytes(mutant.content)
            try:
                faults = list(attempt(path, chance))
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                name = f"{Path(where.filename).name}:{where.lineno}"
                faults = [f"{type(error).__name__}: {error} ({name})"]
            for fault in faults:
                kinds[fault[:60]] += 1
                if kinds[fault[:60]] <= 3:
                    click.echo(f"{what} {number} ({mutant.done[:200]!r}): {fault[:300]}")
            if faults and keep is not None:
                (keep / f"{what}-{seed}-{number}{mutant.suffix}").write_bytes(mutant.content)
            found += bool(faults)
    seconds = time.process_time() - began
    for (command, status), times in sorted(STATUSES.items()):
        click.echo(f"{command}: status {status}: {times}")
    STATUSES.clear()
    click.echo(f"{what}: {count} tried, {found} with faults, {seconds:.0f} s of processor time")
    return found


if __name__ == "__main__":
    main()
