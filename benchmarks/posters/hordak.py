"""django-hordak: `python -m benchmarks.posters.hordak <url> <accounts>`, by a Python that has it and psycopg.

Each connection is a thread, as Django has it. Its accounts are a tree, kept in order at each opening, which takes
minutes for ten thousand: it has a thousand.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.posters.orders import moves


def _configure(url: str) -> None:
    parts = urlsplit(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "HOST": parse_qs(parts.query)["host"][0],
        "CONN_MAX_AGE": None,
    }
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"]
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=apps,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        CURRENCIES=["CNY"],
        DEFAULT_CURRENCY="CNY",
        HORDAK_CURRENCIES=["CNY"],
        HORDAK_DEFAULT_CURRENCY="CNY",
    )
    django.setup()


def _accounts(count: int) -> list[Any]:
    """Open an account for each wallet, and before them the institution's."""
    from hordak.models import Account

    return [Account.objects.create(name=f"{n}", code=None, currencies=["CNY"], type="LI") for n in range(count + 1)]


def _obeyed(order: dict[str, Any], accounts: list[Any]) -> dict[str, float]:
    from django.db import transaction
    from moneyed import Money

    began = time.perf_counter()
    deadline = began + order["seconds"]

    def one(_: int) -> int:
        done, ahead = 0, moves(len(accounts) - 1, order["to"])
        while time.perf_counter() < deadline:
            with transaction.atomic():
                for key, payer, payee, amount in islice(ahead, order["batch"]):
                    accounts[payer].transfer_to(accounts[payee], Money(amount, "CNY"), description=key)
            done += order["batch"]
        return done

    done = sum(_THREADS.map(one, range(order["connections"])))
    return {"entries": done, "seconds": time.perf_counter() - began}


_MOST_ACCOUNTS = 1_000
_THREADS = ThreadPoolExecutor(8)

if __name__ == "__main__":
    _configure(sys.argv[1])
    call_command("migrate", verbosity=0)
    opened = _accounts(min(int(sys.argv[2]), _MOST_ACCOUNTS))
    print(json.dumps({"most_entries": None}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_obeyed(json.loads(line), opened)), flush=True)
