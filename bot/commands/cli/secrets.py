"""`susu rotate-secret`: all that is encrypted, under the new secret."""

from __future__ import annotations

import asyncio

from bot.commands.cli.shared import AsJson, settings_of, show


def rotate_secret(as_json: AsJson = False) -> None:
    """Encrypt everything anew under the first secret of SUSU_SECRET_KEY; then the old ones may be given up."""
    from bot.commands.rotation import rotate_secret as rotate

    done = asyncio.run(rotate(settings_of()))
    lines = [f"{count} of {name} encrypted anew" for name, count in sorted(done.anew.items())]
    lines += [f"{count} of {name}: no secret opens them" for name, count in sorted(done.unreadable.items())]
    words = "\n".join([*lines, "Everything is under the first secret: the others may be given up."])
    show({"anew": dict(done.anew), "unreadable": dict(done.unreadable)}, words, as_json=as_json)
