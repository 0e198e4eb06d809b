#!/usr/bin/env python3
"""Writes the world's calendar files: `world/XX.toml`, one a country, and `world.pack`, which is compiled in.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install holidays
    /tmp/venv/bin/python src/world/holidays/generate.py                 # write
    /tmp/venv/bin/python src/world/holidays/generate.py --check         # are the committed files what this makes?
    /tmp/venv/bin/python src/world/holidays/generate.py --pack          # only the pack, from the files (no package needed)
    ... --cldr weekData.json   # besides: is every difference to CLDR's weekends decided? (npm: cldr-core)

The days come from the PyPI package `holidays` (MIT, see NOTICE), put right by `corrections.toml`, which says why.

- Layers: the package's categories, as LAYERS says. The calendar of a place counts `public` days unless the office's
  configuration counts more. Days of another layer that are public anyway are left out.
- Names are in the country's own language where that is written in Latin letters or Chinese characters, which
  letters, pages and PDFs can show everywhere; else in English.
- `estimated` marks a day that follows the moon and was not announced when the package was made.
- `confirmed_through`: where a decree fixes days year by year, the last year that the package lists from a published
  decree (`decreed` in corrections.toml); where a law fixes them by rule, the end of the table.
- `made_on` is the day on which the content last changed; a file whose content stays the same keeps it.
- `sha256` is that of the file without its own line: grep -v '^sha256' XX.toml | sha256sum
"""

import argparse
import hashlib
import os
import pathlib
import re
import sys
import tomllib
import unicodedata
import zlib
from collections import defaultdict
from datetime import date, timedelta

HERE = pathlib.Path(__file__).parent
WORLD = HERE / "world"
PACK = HERE / "world.pack"
FIRST, LAST = 2015, 2040
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MAKE_UP = "Make-up working day"
MARK = "\ue000"  # stands before the name of an estimated day while we work
WIDTH = 110
NATIONAL = ""

# The package's category -> our layer. Not taken: `workday`, `school` and `unofficial` days are worked, and
# `restricted_settlement` ones lie outside every subdivision.
LAYERS = {
    "public": "public",
    "bank": "bank",
    "government": "government",
    "armed_forces": "government",
    "half_day": "half-day",
    "optional": "optional",
    "optional_women": "optional",
    "de_facto": "optional",
    **dict.fromkeys(
        "catholic christian hebrew hindu islamic orthodox protestant sabian yazidi "
        "albanian armenian bosnian roma serbian turkish vlach".split(),
        "optional",
    ),
}
NOT_TAKEN = {"workday", "school", "unofficial", "restricted_settlement"}
ORDER = ["public", "government", "bank", "optional", "half-day"]


# ---------------------------------------------------------------- what the package says


class Source:
    """The package's class of one country, as we want it."""

    def __init__(self, code, corrections):
        import holidays

        self.code = code
        self.original = type(holidays.country_holidays(code))
        self.first = date(max(FIRST, self.original.start_year), 1, 1)
        # Shorter than the package's years where it lacks some days, longer where corrections add them.
        through = [cut["through"] for cut in corrections["known_through"] if cut["country"] == code]
        self.last = date(min([LAST, *(through or [self.original.end_year])]), 12, 31)
        self.added = [added for added in corrections["add"] if added["country"] == code]
        dropped = {d["subdivision"] for d in corrections["not_a_subdivision"] if d["country"] == code}
        self.subdivisions = [s for s in self.original.subdivisions if s not in dropped]
        self.entities = [NATIONAL, *self.subdivisions]
        unknown = set(self.original.supported_categories) - set(LAYERS) - NOT_TAKEN
        if unknown:
            raise SystemExit(f"{code}: categories {sorted(unknown)} have no layer")
        self.put_right = self._put_right(corrections)

    def _put_right(self, corrections):
        """The class with our marks for estimated days and with our weekends."""

        class PutRight(self.original):
            pass

        PutRight.__name__ = self.original.__name__
        PutRight.estimated_label = MARK + "%s"
        if hasattr(self.original, "observed_estimated_label"):
            PutRight.observed_estimated_label = None
        rules = [
            (weekend.get("from", date.min), {WEEKDAYS.index(day) for day in weekend["off"]})
            for weekend in corrections["weekend"]
            if weekend["country"] == self.code
        ]
        if rules:
            PutRight._get_weekend = lambda _self, day: max((r for r in rules if r[0] <= day), key=lambda r: r[0])[1]
        return PutRight

    def build(self, entity, category, language):
        options = {}
        if "islamic_show_estimated" in self.original.get_supported_options():
            options["islamic_show_estimated"] = True
        first = max(self.first.year - 1, self.original.start_year)
        years = range(first, min(self.last.year, self.original.end_year) + 1)
        return self.put_right(
            subdiv=entity or None, years=years, language=language, categories=(category,), **options
        )

    def days(self, entity):
        """layer -> date -> (kind, name, estimated)"""
        layers = defaultdict(dict)
        for category in sorted(self.original.supported_categories, key=lambda c: c != "public"):
            layer = LAYERS.get(category)
            if layer is None:
                continue
            own = self.build(entity, category, self.original.default_language)
            english = None
            for on, name in sorted(own.items()):
                if not self.first <= on <= self.last or on in layers["public"] and layer != "public":
                    continue
                if not readable(name):
                    english = english or self.build(entity, category, "en_US")
                    name = english[on]
                estimated = all(part.startswith(MARK) for part in name.split("; "))
                kind = "half" if layer == "half-day" else "off"
                layers[layer].setdefault(on, (kind, name.replace(MARK, ""), estimated))
            if layer == "public":
                made_up = [on for on in own.weekend_workdays if self.first <= on <= self.last]
                for on in made_up:
                    if own._is_weekend(on):
                        layers["public"][on] = ("work", None, False)
        for added in self.added:
            for on in dates_of(added["on"]):
                layers["public"].setdefault(on, ("off", added["name"], added.get("estimated", False)))
        return layers

    def weekend(self, entity):
        """[(first day, weekdays off)], the first from the beginning of the table on."""
        table = self.put_right(subdiv=entity or None)
        rules, day = [], self.first
        while day <= self.last:
            off = sorted(table._get_weekend(day))
            if not rules or rules[-1][1] != off:
                rules.append((day, off))
            day += timedelta(1)
        return tuple((start, tuple(off)) for start, off in rules)

    def listed_through(self):
        """Last year for which the package lists days one by one, and for how many of the last eight it does."""
        table = self.original()
        years = set()
        for name in ("special_public_holidays", "special_public_holidays_observed"):
            years |= set(getattr(table, name, {}))
        recent = [year for year in years if year >= 2019]
        return max(years, default=None), len(recent)


def dates_of(items):
    """What spans() wrote: dates, and texts for a day of each year."""
    for item in items:
        if isinstance(item, date):
            yield item
        else:
            first, last = item.split("..")
            last = date.fromisoformat(last)
            for year in range(int(first), last.year + 1):
                yield last.replace(year=year)


def readable(name):
    """Latin letters, or Chinese characters without another script among them."""
    for char in name.replace(MARK, ""):
        if char.isalpha():
            script = unicodedata.name(char, "").split(" ")[0]
            if script not in ("LATIN", "CJK", "MODIFIER", "FEMININE", "MASCULINE", "MICRO"):
                return False
    return True


def name_of(source):
    words = re.findall(r"[A-Z][a-z]*", source.original.__mro__[1].__name__)
    small = {"And", "Of", "The"}
    return " ".join(w.lower() if i and w in small else w for i, w in enumerate(words))


# ---------------------------------------------------------------- the text of a file


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(items):
    """A TOML list, on one line if it fits."""
    line = "[" + ", ".join(items) + "]"
    if len(line) <= WIDTH - 12:
        return line
    lines, row = [], "   "
    for item in items:
        if len(row) + len(item) + 2 > WIDTH:
            lines.append(row)
            row = "   "
        row += f" {item},"
    return "\n".join(["[", *lines, row, "]"])


def texts(items):
    return listed([quoted(item) for item in items])


def spans(dates):
    """Dates as short as they go: a day of each year, a run of days, single days; sorted."""
    left, found = set(dates), []
    by_day = defaultdict(set)
    for on in dates:
        by_day[on.month, on.day].add(on.year)
    for (month, day), years in by_day.items():
        for run in runs(sorted(years), lambda year: year + 1):
            if len(run) >= 3 and (month, day) != (2, 29):
                found.append((date(run[0], month, day), f'"{run[0]}..{run[-1]}-{month:02}-{day:02}"'))
                left -= {date(year, month, day) for year in run}
    for run in runs(sorted(left), lambda on: on + timedelta(1)):
        if len(run) >= 3:
            found.append((run[0], f'"{run[0]}..{run[-1]}"'))
        else:
            found.extend((on, str(on)) for on in run)
    return listed([text for _, text in sorted(found)])


def runs(values, following):
    all_runs = []
    for value in values:
        if all_runs and following(all_runs[-1][-1]) == value:
            all_runs[-1].append(value)
        else:
            all_runs.append([value])
    return all_runs


def groups(source, make_up_name):
    """(layer, kind, name, estimated, only_in, not_in) -> dates"""
    of_entities = {entity: source.days(entity) for entity in source.entities}
    found = defaultdict(list)
    for layer in ORDER:
        places = defaultdict(lambda: defaultdict(set))  # date -> (kind, name, estimated) -> entities
        for entity, layers in of_entities.items():
            for on, day in layers[layer].items():
                places[on][day].add(entity)
        for on, days in places.items():
            everywhere = set().union(*days.values())
            for (kind, name, estimated), entities in days.items():
                only_in, not_in = (), ()
                if NATIONAL in entities:
                    not_in = tuple(sorted(set(source.entities) - everywhere))
                else:
                    only_in = tuple(sorted(entities))
                found[layer, kind, name or make_up_name, estimated, only_in, not_in].append(on)
    return found


def weekend_blocks(source):
    """`weekend = [...]` if all is alike, and else a block a rule."""
    national = source.weekend(NATIONAL)
    others = defaultdict(list)
    for subdivision in source.subdivisions:
        if (own := source.weekend(subdivision)) != national:
            others[own].append(subdivision)
    if len(national) == 1 and not others:
        return [f"weekend = {texts(WEEKDAYS[day] for day in national[0][1])}"], []
    blocks = []
    for rules, only_in in [(national, None), *sorted(others.items(), key=lambda item: item[1])]:
        for start, off in rules:
            blocks += ["", "[[weekend]]", f"off = {texts(WEEKDAYS[day] for day in off)}"]
            if start != source.first:
                blocks.append(f"from = {start}")
            if only_in:
                blocks.append(f"only_in = {texts(only_in)}")
    return [], blocks


def subdivision_lines(source, corrections):
    names = {subdivision: [] for subdivision in source.subdivisions}
    for alias, subdivision in source.original.subdivisions_aliases.items():
        if subdivision in names:
            names[subdivision].append(alias)
    for alias in corrections["alias"]:
        if alias["country"] == source.code:
            names[alias["subdivision"]] += [n for n in alias["names"] if n not in names[alias["subdivision"]]]
    if not names:
        return []
    keys = {code: code if re.fullmatch("[A-Z0-9]+", code) else quoted(code) for code in names}
    return ["", "[subdivisions]", *(f"{keys[code]} = {texts(names[code])}" for code in sorted(names))]


def day_blocks(source, make_up_name):
    def place(item):
        (layer, kind, name, estimated, only_in, not_in), dates = item
        first = min(dates)
        return ORDER.index(layer), kind == "work", (first.month, first.day), name, estimated, only_in, not_in

    lines = []
    for key, dates in sorted(groups(source, make_up_name).items(), key=place):
        layer, kind, name, estimated, only_in, not_in = key
        lines += ["", "[[day]]", f"name = {quoted(name)}"]
        if layer != "public":
            lines.append(f"layer = {quoted(layer)}")
        if kind == "work":
            lines.append('kind = "work"')
        if only_in:
            lines.append(f"only_in = {texts(only_in)}")
        if not_in:
            lines.append(f"not_in = {texts(not_in)}")
        if estimated:
            lines.append("estimated = true")
        lines.append(f"on = {spans(dates)}")
    return lines


def confirmed_through(source, corrections):
    """The last confirmed day; a country that the package lists year by year must have been decided on."""
    listed_through, recent = source.listed_through()
    for decreed in corrections["decreed"]:
        if decreed["country"] == source.code:
            year = decreed.get("through", listed_through)
            return min(date(year, 12, 31), source.last), decreed["reason"]
    decided = any(law["country"] == source.code for law in corrections["by_law"])
    if recent >= 5 and not decided:
        raise SystemExit(f"{source.code}: listed year by year through {listed_through}: decreed, or by_law?")
    return source.last, None


def text_of(code, corrections, version):
    """The file without `made_on` and `sha256`, which stand where {made_on} is."""
    source = Source(code, corrections)
    confirmed, why = confirmed_through(source, corrections)
    make_up_name = corrections["make_up_names"].get(code, MAKE_UP)
    simple_weekend, dated_weekends = weekend_blocks(source)
    remarks = [f"# {c['reason']}" for c in corrections["weekend"] if c["country"] == code]
    lines = [
        f"# Holidays of {name_of(source)}, made by generate.py; to change a day, see corrections.toml and mod.rs.",
        f'calendar = "{code}"',
        f"name = {quoted(name_of(source))}",
        f"source = {quoted('https://pypi.org/project/holidays/' + version + '/')}",
        f"version = {quoted(version)}",
        "{made_on}",
        f"known_from = {source.first}",
        f"known_through = {source.last}",
        *([f"# {why}"] if why else []),
        f"confirmed_through = {confirmed}",
        *(["needs_subdivision = true"] if code in corrections["needs_subdivision"]["countries"] else []),
        *remarks,
        *simple_weekend,
        *subdivision_lines(source, corrections),
        *dated_weekends,
        *day_blocks(source, make_up_name),
        "",
    ]
    return "\n".join(lines)


def dated(text, made_on):
    """The finished file: with the day it was made on and the checksum of all its other lines."""
    body = text.replace("{made_on}", f"made_on = {made_on}")
    checksum = hashlib.sha256(body.encode()).hexdigest()
    return body.replace(f"made_on = {made_on}\n", f'made_on = {made_on}\nsha256 = "{checksum}"\n', 1)


def made_on_of(text):
    found = re.search(r"^made_on = (\S+)$", text, re.M)
    return found and found[1]


# ---------------------------------------------------------------- the pack


def pack(files):
    """The index as text, a line a country, an empty line, then each file, deflated (zlib).

    CODE made_on version sha256-of-the-file's-content bytes-deflated bytes-of-text subdivisions|…
    """
    index, blobs = [f"ronda-calendars 1 {len(files)}"], []
    for code, text in sorted(files.items()):
        table = tomllib.loads(text)
        blob = zlib.compress(text.encode(), 9)
        subdivisions = "|".join(sorted(table.get("subdivisions", {})))
        made = f"{table['made_on']} {table['version']} {table['sha256']}"
        index.append(f"{code} {made} {len(blob)} {len(text.encode())} {subdivisions}")
        blobs.append(blob)
    return ("\n".join(index) + "\n\n").encode() + b"".join(blobs)


def unpack(data):
    """The texts of a pack, and its index without the lengths, which hang on the compressor."""
    head, _, rest = data.partition(b"\n\n")
    files, index, at = {}, [], 0
    for line in head.decode().splitlines()[1:]:
        fields = line.split(" ", 6)
        size = int(fields[4])
        files[fields[0]] = zlib.decompress(rest[at : at + size]).decode()
        index.append(fields[:4] + fields[5:])
        at += size
    return files, index


# ---------------------------------------------------------------- commands


def decide_weekends(path, corrections, codes):
    """Every country whose weekend is not CLDR's must be decided on, for the weekends compared."""
    import json

    supplemental = json.loads(pathlib.Path(path).read_text())["supplemental"]
    weeks = supplemental["weekData"]
    decided = {w["country"] for w in corrections["weekend"] + corrections["weekend_kept"]}
    undecided = []
    for code in codes:
        first = WEEKDAYS.index(weeks["weekendStart"].get(code, weeks["weekendStart"]["001"]))
        last = WEEKDAYS.index(weeks["weekendEnd"].get(code, weeks["weekendEnd"]["001"]))
        theirs = {(first + i) % 7 for i in range((last - first) % 7 + 1)}
        ours = set(Source(code, corrections).weekend(NATIONAL)[-1][1])
        if ours != theirs and code not in decided:
            undecided.append(f"{code}: {sorted(WEEKDAYS[d] for d in ours)}, CLDR {sorted(WEEKDAYS[d] for d in theirs)}")
    if undecided:
        raise SystemExit("not decided in corrections.toml:\n" + "\n".join(undecided))
    print(f"CLDR {supplemental['version']['_cldrVersion']}: every difference is decided")


def generate(made_on, corrections):
    """code -> text; files whose content stays as it was keep their date."""
    import holidays
    from holidays.utils import list_supported_countries

    files = {}
    for code in sorted(list_supported_countries(include_aliases=False)):
        text = text_of(code, corrections, holidays.__version__)
        path = WORLD / f"{code}.toml"
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        same = made_on_of(there)
        files[code] = there if same and dated(text, same) == there else dated(text, made_on)
    return files


def committed():
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(WORLD.glob("*.toml"))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether the committed files are right")
    parser.add_argument("--pack", action="store_true", help="only write the pack anew, from the files")
    parser.add_argument("--cldr", metavar="FILE", help="cldr-core's supplemental/weekData.json")
    parser.add_argument("--made-on", default=str(date.today()), help="date of files that change [default: today]")
    options = parser.parse_args()
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        os.environ.pop(variable, None)
    corrections = tomllib.loads((HERE / "corrections.toml").read_text(encoding="utf-8"))
    if options.pack:
        PACK.write_bytes(pack(committed()))
        return
    files = generate(options.made_on, corrections)
    if options.cldr:
        decide_weekends(options.cldr, corrections, files)
    if options.check:
        there = committed()
        wrong = sorted(code for code in {*files, *there} if files.get(code) != there.get(code))
        if unpack(PACK.read_bytes()) != unpack(pack(there)):
            wrong.append(PACK.name)
        if wrong:
            sys.exit("not as generated: " + ", ".join(wrong))
        print(f"{len(files)} files and {PACK.name} are as generated")
        return
    WORLD.mkdir(exist_ok=True)
    for path in WORLD.glob("*.toml"):
        if path.stem not in files:
            path.unlink()
    for code, text in files.items():
        (WORLD / f"{code}.toml").write_text(text, encoding="utf-8", newline="\n")
    PACK.write_bytes(pack(files))
    print(f"{len(files)} files, {sum(map(len, files.values())) // 1024} KiB; {PACK.name} {PACK.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
