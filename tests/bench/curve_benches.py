"""What an office costs as it grows: the same centre with more and more PCs. A figure that grows faster than the number
of PCs is a fault."""

import sqlite3

from measure import Bench, command_line, median
from memory_benches import PCS_OF_A_PROCESS, ConnectedPcs, IdleCost, private_mib
from store_benches import Person

REPORTS = 3  # of each PC
NOISE = 1.1
QUERIES = {"overview": "overview", "list": "devices?limit=100", "list, sorted by another column, of a status":
           "devices?limit=100&status=fail&sort=failed&order=desc", "search": "devices?limit=100&q=chau"}


def database_mib(bench):
    """Of the pages in use, those in the WAL included."""
    database = sqlite3.connect(f"file:{bench.data / 'central.db'}?mode=ro", uri=True)
    try:
        pages, free, size = (database.execute(f"PRAGMA {name}").fetchone()[0]
                             for name in ("page_count", "freelist_count", "page_size"))
        return (pages - free) * size / 2**20
    finally:
        database.close()


def connected_figures(folder, bench, pcs):
    """Memory and processor of connected PCs alone."""
    bench.restart()  # what was enrolled and stored before left memory that could be used again
    before, cost = private_mib(bench.pids), IdleCost(bench.pids)
    fleets = ConnectedPcs(folder, [bench.url], bench.folder / "fleet", pcs, max(5, pcs // 300))
    try:
        yield "memory of connected PCs", private_mib(bench.pids) - before, "MiB"
        yield "processor for all idle PCs, an hour", cost.seconds_an_hour(), "s"
    finally:
        fleets.stop()


def figures(folder, bench, pcs):
    if pcs <= PCS_OF_A_PROCESS:
        yield from connected_figures(folder, bench, pcs)
    yield f"disk, {REPORTS} reports each", database_mib(bench), "MiB"
    person = Person(bench.centre)
    for name, page in QUERIES.items():
        yield name, median([person.milliseconds(page) for _ in range(15)]), "ms"


def curves(folder, options, lines):
    """The figures at each size, held against those at the size before: a goal is the growth of the office, and a tenth
    for noise."""
    sizes = [250, 1000, 4000] if options.short else [1000, 10_000] + ([100_000] if options.long else [])
    bench = Bench(folder, options)
    before, name = {}, command_line("curves")
    try:
        for place, pcs in enumerate(sizes):
            bench.prepare(pcs, months=REPORTS)
            growth = pcs / sizes[place - 1] if place else None
            for title, figure, unit in figures(folder, bench, pcs):
                if title in before:
                    lines.add(f"{pcs} PCs: {title}", figure, unit, before[title], f"{sizes[place - 1]} PCs",
                              ("≤", round(growth * NOISE, 1)), name)
                else:
                    lines.add(f"{pcs} PCs: {title}", figure, unit, command=name)
                before[title] = figure
    finally:
        bench.close()
