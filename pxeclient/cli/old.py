"""Old spellings of options: they work, and say once how the option is written now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])


class Old(click.Option):
    """An option that hands what it was given to another, before that one is looked at."""

    def __init__(
        self,
        declarations: list[str],
        *,
        into: str = "",
        new: str = "",
        becomes: Callable[[Any], Any] = lambda value: value,
        **attributes: Any,
    ) -> None:
        """Take click's arguments, and more.

        Args:
            declarations: The old spellings, and the parameter's name.
            into: The name of the parameter that it is now.
            new: What to write now.
            becomes: What was given, as it is to be given to that parameter.
            attributes: As click's.
        """
        super().__init__(declarations, hidden=True, is_eager=True, expose_value=False, **attributes)
        self._into, self.new, self._becomes = into, new, becomes

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """As click's; what was given goes on to the other."""
        if self.name in opts:
            # click hands over its own dictionary, in which the other looks next.
            self._hand_over(ctx, cast("MutableMapping[str, Any]", opts))
        return super().handle_parse_result(ctx, opts, args)

    def _hand_over(self, ctx: click.Context, opts: MutableMapping[str, Any]) -> None:
        other = next(one for one in ctx.command.params if one.name == self._into)
        given = opts[self.name or ""]
        if other.multiple:
            told = given if isinstance(given, list) else [given]
            opts[self._into] = [*opts.get(self._into, []), *map(self._becomes, told)]
        elif self._into in opts:
            raise click.UsageError(f"{self.opts[0]} is an old spelling: leave it out", ctx)
        else:
            opts[self._into] = self._becomes(given)
        if not (opts.get("quiet") or ctx.resilient_parsing):
            click.echo(f"{'/'.join(self.opts)} is an old spelling: write {self.new}.", err=True)


def option(
    *spellings: str,
    into: str,
    new: str,
    becomes: Callable[[Any], Any] = lambda value: value,
    **attributes: Any,
) -> Callable[[F], F]:
    """An old spelling; the arguments are as of `Old`."""
    name = "old_" + spellings[0].strip("-").replace("-", "_")
    return click.option(
        *spellings, name, cls=Old, into=into, new=new, becomes=becomes, **attributes
    )
