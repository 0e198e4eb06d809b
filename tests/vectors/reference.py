#!/usr/bin/env python3
"""Runs working-days-1.json against a reference that counts day by day; see README.md.

    python3 tests/vectors/reference.py            # says which cases do not hold, ends with 1 if any does not
    python3 tests/vectors/reference.py --write    # computes the expected values anew; then read the difference

The reference is short and slow on purpose, knows nothing of Ronda, and needs nothing but Python 3.9.
"""

import json
import pathlib
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

FILE = pathlib.Path(__file__).with_name("working-days-1.json")
DAY = timedelta(days=1)
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Unknown(Exception):
    """The count would need a day that the calendar does not know."""


class Calendar:
    """A calendar of the file, with the case's layers and its rule for half days."""

    def __init__(self, spec, layers=(), half_days="count"):
        self.spec = spec
        self.half_days = half_days
        self.first, self.last = (date.fromisoformat(day) for day in spec["known"])
        self.listed = {date.fromisoformat(day["on"]): day["kind"] for day in spec.get("days", [])}
        order = ["country", "subdivision", "municipality", "company", "customer", "site"]
        for entry in sorted(layers, key=lambda entry: order.index(entry["layer"])):
            for day in self.days_of(entry):
                if self.first <= day <= self.last:
                    self.listed[day] = entry["kind"]

    def days_of(self, entry):
        if "yearly" in entry:
            month, day = (int(part) for part in entry["yearly"].split("-"))
            return [date(year, month, day) for year in range(self.first.year, self.last.year + 1)]
        day, last = date.fromisoformat(entry["from"]), date.fromisoformat(entry.get("to", entry["from"]))
        return [day + DAY * n for n in range((last - day).days + 1)]

    def works(self, day):
        if not self.first <= day <= self.last:
            raise Unknown
        kind = self.listed.get(day)
        if kind == "half":
            return self.half_days == "count"
        if kind is not None:
            return kind == "work"
        rules = [rule for rule in self.spec["weekend"] if rule["from"] <= day.isoformat()]
        rule = rules[-1] if rules else self.spec["weekend"][0]
        return WEEK[day.weekday()] not in rule["off"]

    def provisional(self, day):
        later = day.isoformat() > self.spec.get("confirmed_through", self.spec["known"][1])
        return later or day.isoformat() in self.spec.get("estimated", [])


class Combined:
    """Two calendars: `both` counts what is worked in both, `either` what is worked in at least one."""

    def __init__(self, calendars, how):
        self.calendars = calendars
        self.all = {"both": all, "either": any}[how]

    def works(self, day):
        return self.all([calendar.works(day) for calendar in self.calendars])

    def provisional(self, day):
        return any(calendar.provisional(day) for calendar in self.calendars)


def calendar_of(case, specs):
    half_days = case.get("half_days", "count")
    if "combine" in case:
        calendars = [Calendar(specs[name], half_days=half_days) for name in case["calendars"]]
        return Combined(calendars, case["combine"])
    return Calendar(specs[case["calendar"]], case.get("layers", ()), half_days)


def due(case, specs):
    calendar, day = calendar_of(case, specs), date.fromisoformat(case["from"])
    left, counted, provisional = case["n"], [], False
    if left == 0 and calendar.works(day):
        return {"due": day.isoformat(), "counted": [], "provisional": False}
    while True:
        day += DAY
        works = calendar.works(day)
        provisional |= calendar.provisional(day)
        if works:
            left -= 1
            if case["n"] > 0:
                counted.append(day.isoformat())
        if works and left <= 0:
            return {"due": day.isoformat(), "counted": counted, "provisional": provisional}


def back(case, specs):
    calendar, day, left = calendar_of(case, specs), date.fromisoformat(case["from"]), case["n"]
    while left:
        day -= DAY
        left -= calendar.works(day)
    return {"day": day.isoformat()}


def roll(case, specs):
    calendar, day = calendar_of(case, specs), date.fromisoformat(case["day"])

    def towards(step):
        at = day
        while not calendar.works(at):
            at += step
        return at

    following, preceding = towards(DAY), towards(-DAY)
    modified = {
        "following": lambda: following,
        "preceding": lambda: preceding,
        "modified_following": lambda: following if following.month == day.month else preceding,
        "modified_preceding": lambda: preceding if preceding.month == day.month else following,
        "nearest": lambda: following if following - day <= day - preceding else preceding,
    }
    return {"rolled": modified[case["convention"]]().isoformat()}


def instant(case, _):
    """Local time to UTC: one that is skipped moves forward by the gap, one that happens twice is the first."""
    zone, local = ZoneInfo(case["zone"]), datetime.fromisoformat(case["local"])
    utc = local.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    return {"utc": utc.strftime("%Y-%m-%dT%H:%M:%SZ")}


def late_from(case, _):
    """24:00 of the due day at the site: the first moment of the day after, which is not always midnight."""
    zone = ZoneInfo(case["zone"])
    midnight = datetime.combine(date.fromisoformat(case["due"]) + DAY, datetime.min.time())
    utc = midnight.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    if utc.astimezone(zone).replace(tzinfo=None) != midnight:
        # 00:00 is skipped: the day begins when the clock is moved.
        before = midnight - timedelta(seconds=1)
        utc = before.replace(tzinfo=zone, fold=0).astimezone(timezone.utc) + timedelta(seconds=1)
    return {"utc": utc.strftime("%Y-%m-%dT%H:%M:%SZ")}


KINDS = {"due": due, "back": back, "roll": roll, "instant": instant, "late_from": late_from}


def expected(case, specs):
    try:
        return KINDS[case["kind"]](case, specs)
    except Unknown:
        return {"error": "unknown-holidays"}


def main():
    vectors = json.loads(FILE.read_text(encoding="utf-8"))
    wrong = 0
    for case in vectors["cases"]:
        found = expected(case, vectors["calendars"])
        if "--write" in sys.argv:
            case["expected"] = found
        elif case.get("expected") != found:
            wrong += 1
            print(f"{case['id']}: expected {case.get('expected')}, found {found}")
    if "--write" in sys.argv:
        cases = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in vectors["cases"])
        head = {key: value for key, value in vectors.items() if key != "cases"}
        text = json.dumps(head, indent=2, ensure_ascii=False)[:-2] + ',\n  "cases": [\n' + cases + "\n  ]\n}\n"
        FILE.write_text(text, encoding="utf-8")
    print(f"{len(vectors['cases']) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
