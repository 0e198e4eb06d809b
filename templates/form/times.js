// Instants in the zone of the site: the phone may stand in another, or be set to a wrong one.

const formats = new Map();

function partsFormat(zone) {
  if (!formats.has(zone)) {
    const options = {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    };
    let format;
    try {
      format = new Intl.DateTimeFormat('en-US', options);
    } catch {
      // A zone that this phone does not know: its own will have to do.
      format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: undefined });
    }
    formats.set(zone, format);
  }
  return formats.get(zone);
}

// The wall clock of a zone at an instant, as if it were UTC.
function wallClock(ms, zone) {
  const part = {};
  for (const { type, value } of partsFormat(zone).formatToParts(ms)) part[type] = Number(value);
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

function offsetMinutes(ms, zone) {
  return Math.round((wallClock(ms, zone) - Math.floor(ms / 1000) * 1000) / 60000);
}

const two = (number) => String(number).padStart(2, '0');

// RFC 3339 with the zone's offset at that instant.
export function rfc3339(ms, zone) {
  const offset = offsetMinutes(ms, zone);
  const local = new Date(Math.floor(ms / 1000) * 1000 + offset * 60000).toISOString().slice(0, 19);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

// The instant of `YYYY-MM-DDTHH:MM` on the zone's wall clock; NaN where that is none. In a gap the clock has gone
// forward already, in a fold it is the first of the two.
export function instantOf(local, zone) {
  const asUtc = Date.parse(`${local.length === 16 ? `${local}:00` : local}Z`);
  if (Number.isNaN(asUtc)) return NaN;
  const before = asUtc - offsetMinutes(asUtc - 86400000, zone) * 60000;
  const after = asUtc - offsetMinutes(asUtc + 86400000, zone) * 60000;
  if (wallClock(before, zone) === asUtc) return before;
  if (wallClock(after, zone) === asUtc) return after;
  return before;
}

// What an input of type datetime-local shows of an instant.
export function localInput(iso, zone) {
  const ms = Date.parse(iso ?? '');
  return Number.isNaN(ms) ? '' : rfc3339(ms, zone).slice(0, 16);
}

export const dayAt = (ms, zone) => rfc3339(ms, zone).slice(0, 10);
