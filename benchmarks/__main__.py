"""`python -m benchmarks [name …] [--json]`: runs one, some or all, and prints a table, or one JSON object."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.figures import Json

Measurement = tuple[Json, str]


def main(words: list[str]) -> None:
    """Run what is named, in this order: the quick ones first."""
    options = _parser().parse_args(words)
    results: Json = {}
    for name in options.names or [name for name in BENCHMARKS if name not in ONLY_BY_NAME]:
        results[name], shown = BENCHMARKS[name](options)
        if not options.json:
            print(f"== {name}\n{shown}\n", flush=True)
    if options.json:
        print(json.dumps(results))


def _schedules(_: argparse.Namespace) -> Measurement:
    rates = importlib.import_module("benchmarks.schedules").measured()
    shown = "\n".join(f"  {name:<32}{rate:12,.0f} a second" for name, rate in rates.items())
    return {name: round(rate) for name, rate in rates.items()}, shown


def _posting(options: argparse.Namespace) -> Measurement:
    posting = importlib.import_module("benchmarks.posting")
    files, hordak = options.pgledger or (), options.hordak
    result = posting.measured(posting.Options(options.rounds, options.turn_seconds, pgledger=files, hordak=hordak))
    return result, posting.table(result)


def _posting_ratio(_: argparse.Namespace) -> Measurement:
    posting = importlib.import_module("benchmarks.posting")
    result = posting.brief()
    return result, posting.table(result)


def _revisions(options: argparse.Namespace) -> Measurement:
    revisions = importlib.import_module("benchmarks.revisions")
    result = revisions.measured(options.against, options.rounds, options.turn_seconds)
    return result, revisions.table(result)


def _dispatch(options: argparse.Namespace) -> Measurement:
    dispatch = importlib.import_module("benchmarks.dispatch")
    result = dispatch.measured(options.updates)
    return result, dispatch.table(result)


def _conversations(options: argparse.Namespace) -> Measurement:
    conversations = importlib.import_module("benchmarks.conversations")
    result = conversations.measured(conversations.Options(options.people, options.seconds, options.step_seconds))
    return result, conversations.table(result)


def _closing(options: argparse.Namespace) -> Measurement:
    closing = importlib.import_module("benchmarks.closing")
    result = closing.measured(options.loans)
    return result, closing.table(result)


def _pictures(_: argparse.Namespace) -> Measurement:
    pictures = importlib.import_module("benchmarks.pictures")
    result = pictures.measured()
    return result, pictures.table(result)


def _income(options: argparse.Namespace) -> Measurement:
    income = importlib.import_module("benchmarks.income")
    result = income.measured(options.holders)
    return result, income.table(result)


def _circles(options: argparse.Namespace) -> Measurement:
    circles = importlib.import_module("benchmarks.circles")
    result = circles.measured(options.circles)
    return result, circles.table(result)


def _attacks(options: argparse.Namespace) -> Measurement:
    attacks = importlib.import_module("benchmarks.attacks")
    result = attacks.measured(attacks.Options(options.kills, options.customers, options.seed, options.bots))
    return result, attacks.table(result)


def _export(options: argparse.Namespace) -> Measurement:
    export = importlib.import_module("benchmarks.export")
    result = export.measured(options.movements)
    return result, export.table(result)


def _packets(_: argparse.Namespace) -> Measurement:
    packets = importlib.import_module("benchmarks.packets")
    result = packets.measured()
    return result, packets.table(result)


def _stampede(_: argparse.Namespace) -> Measurement:
    stampede = importlib.import_module("benchmarks.stampede")
    result = stampede.measured()
    return result, stampede.table(result)


def _boards(_: argparse.Namespace) -> Measurement:
    boards = importlib.import_module("benchmarks.boards")
    result = boards.measured()
    return result, boards.table(result)


def _topics(options: argparse.Namespace) -> Measurement:
    topics = importlib.import_module("benchmarks.topics")
    result = topics.measured(options.also)
    return result, topics.table(result)


def _finding(options: argparse.Namespace) -> Measurement:
    finding = importlib.import_module("benchmarks.finding")
    result = finding.measured(options.findable)
    return result, finding.table(result)


def _broadcasts(options: argparse.Namespace) -> Measurement:
    broadcasts = importlib.import_module("benchmarks.broadcasts")
    asked = broadcasts.Options(options.recipients, options.sent, options.faster, options.workers)
    result = broadcasts.measured(asked)
    return result, broadcasts.table(result)


def _audiences(options: argparse.Namespace) -> Measurement:
    audiences = importlib.import_module("benchmarks.audiences")
    result = audiences.measured(options.asked)
    return result, audiences.table(result)


BENCHMARKS: Final[dict[str, Callable[[argparse.Namespace], Measurement]]] = {
    "schedules": _schedules,
    "pictures": _pictures,
    "topics": _topics,
    "posting": _posting,
    "posting-ratio": _posting_ratio,
    "revisions": _revisions,
    "dispatch": _dispatch,
    "export": _export,
    "closing": _closing,
    "income": _income,
    "circles": _circles,
    "finding": _finding,
    "audiences": _audiences,
    "packets": _packets,
    "stampede": _stampede,
    "boards": _boards,
    "conversations": _conversations,
    "attacks": _attacks,
    "broadcasts": _broadcasts,
}


ONLY_BY_NAME: Final = {"attacks", "audiences", "broadcasts", "finding", "posting-ratio", "revisions"}
"""One kills processes, two make a million people, each for minutes; the others say again what `posting` says."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description="How fast Susu is on this machine.")
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--also", type=Path, help="topics: a CSV that is learnt from as well")
    parser.add_argument("--rounds", type=int, default=15, help="posting, revisions: how often each takes its turn")
    parser.add_argument("--turn-seconds", type=float, default=0.4, help="posting, revisions: how long a turn is")
    parser.add_argument("--pgledger", type=Path, nargs="+", help="posting: files of SQL that make pgledger's function")
    parser.add_argument("--hordak", type=Path, help="posting: a Python that has django-hordak and psycopg")
    parser.add_argument("--against", default="HEAD", help="revisions: which one this is compared with")
    parser.add_argument("--people", type=int, default=50, help="conversations: how many people talk")
    parser.add_argument("--seconds", type=float, default=60, help="conversations: for how long")
    parser.add_argument(
        "--step-seconds", type=float, default=3, help="conversations: how long each step to saturation takes; 0: none"
    )
    parser.add_argument(
        "--loans", type=int, nargs="+", default=[20_000, 200_000], help="closing: how many loans, smallest first"
    )
    parser.add_argument("--holders", type=int, default=1_000_000, help="income: how many hold units")
    parser.add_argument("--circles", type=int, default=10_000, help="circles: how many are due on one morning")
    parser.add_argument("--movements", type=int, default=10_000, help="export: how many movements the customer has")
    parser.add_argument("--findable", type=int, default=1_000_000, help="finding: among how many people")
    parser.add_argument("--recipients", type=int, default=1_000_000, help="broadcasts: how many are frozen")
    parser.add_argument("--sent", type=int, default=100_000, help="broadcasts: how many are sent one at free limits")
    parser.add_argument("--faster", type=float, default=4, help="broadcasts: how many times faster than life")
    parser.add_argument("--workers", type=int, default=1, help="broadcasts: how many workers deliver")
    parser.add_argument("--asked", type=int, default=1_000_000, help="audiences: among how many people")
    parser.add_argument("--updates", type=int, default=300, help="dispatch: how many updates")
    parser.add_argument("--kills", type=int, default=30, help="attacks: how many kill -9")
    parser.add_argument("--customers", type=int, default=30, help="attacks: under whose load")
    parser.add_argument("--bots", type=int, default=1, help="attacks: how many bots share the work")
    parser.add_argument("--seed", type=int, default=2026, help="attacks: of the moments of the kills")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
