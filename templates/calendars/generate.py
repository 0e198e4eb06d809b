#!/usr/bin/env python3
"""Writes the calendar files of this folder from the PyPI package `holidays` (MIT).

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install holidays
    /tmp/venv/bin/python templates/calendars/generate.py

`confirmed_through` is the last year whose days the package takes from a published source; later years are
computed from the law's rules. Days that follow the moon and were not announced yet are marked one by one.
"""

import pathlib
from collections import defaultdict
from datetime import date
from importlib.metadata import distribution

import holidays

HERE = pathlib.Path(__file__).parent
YEARS = range(2024, 2029)
# country: its own name, language of the days' names, last published day
COUNTRIES = {
    "ES": ("España", "es", date(2026, 12, 31)),
    "CN": ("中国", "zh_CN", date(2026, 12, 31)),
    "GB": ("United Kingdom", "en_GB", date(2027, 12, 31)),
    "SA": ("Saudi Arabia", "en_US", date(2026, 12, 31)),
}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MAKE_UP = {"CN": "调休上班"}
ESTIMATED = [(" (estimated)", ""), (" (observed, estimated)", " (observed)")]


def licence() -> str:
    """The package's own notice, as it asks every copy to carry it."""
    dist = distribution("holidays")
    notice = next(file for file in dist.files if file.name == "LICENSE")
    return notice.locate().read_text(encoding="utf-8")


def days_of(country: str, language: str, subdivision: str | None) -> dict:
    """date -> (kind, name, estimated), of a country or of one of its subdivisions."""
    options = {"islamic_show_estimated": True} if country == "SA" else {}
    table = holidays.country_holidays(
        country, subdiv=subdivision, years=YEARS, language=language, **options
    )
    days = {}
    for on, name in table.items():
        estimated = False
        for label, without in ESTIMATED:
            if label in name:
                name, estimated = name.replace(label, without), True
        days[on] = ("off", name, estimated)
    for on in getattr(table, "weekend_workdays", ()):
        if on.year in YEARS:
            days[on] = ("work", MAKE_UP[country], False)
    return days


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(codes) -> str:
    return "[" + ", ".join(quoted(code) for code in sorted(codes)) + "]"


def lines_of(country: str, language: str, subdivisions: list[str]) -> list[str]:
    """One line a day: national days first, then those of some subdivisions only."""
    national = days_of(country, language, None)
    local = {code: days_of(country, language, code) for code in subdivisions}
    lines = []
    for on in sorted({*national, *(on for days in local.values() for on in days)}):
        places = defaultdict(list)
        for code, days in local.items():
            if on in national and on not in days:
                raise SystemExit(f"{country}: {on} is national, but not a holiday in {code}")
            if on in days and days[on] != national.get(on):
                places[days[on]].append(code)
        entries = [(national[on], [])] if on in national else []
        for (kind, name, estimated), codes in entries + sorted(places.items()):
            line = f"    {{ on = {on}, name = {quoted(name)}"
            line += f", kind = {quoted(kind)}" if kind != "off" else ""
            line += f", only_in = {listed(codes)}" if codes else ""
            line += ", estimated = true" if estimated else ""
            lines.append(line + " },")
    return lines


def write(country: str) -> None:
    name, language, confirmed_through = COUNTRIES[country]
    table = holidays.country_holidays(country, years=YEARS)
    subdivisions = [code for code in type(table).subdivisions if len(code) <= 3]
    weekend = ", ".join(quoted(WEEKDAYS[day]) for day in sorted(table.weekend))
    text = [
        f"# Public holidays of {name}, made by generate.py from the PyPI package holidays; do not edit here:",
        "# put a file with the same `calendar` into the office's calendars folder, and it wins as a whole.",
        "#",
        *(f"# {line}".rstrip() for line in licence().splitlines()),
        "",
        f"calendar = {quoted(country)}",
        f"name = {quoted(name)}",
        f"source = {quoted('https://pypi.org/project/holidays/' + holidays.__version__ + '/')}",
        f"version = {quoted(holidays.__version__)}",
        f"known_from = {date(YEARS[0], 1, 1)}",
        f"known_through = {date(YEARS[-1], 12, 31)}",
        f"confirmed_through = {confirmed_through}",
        f"weekend = [{weekend}]",
        f"subdivisions = {listed(subdivisions)}",
        "day = [",
        *lines_of(country, language, subdivisions),
        "]",
        "",
    ]
    (HERE / f"{country}.toml").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    for country in COUNTRIES:
        write(country)
