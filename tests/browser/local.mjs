// Local time at the sites. Debian's Node may know no locale but American English, so nothing here depends on one.

const parts = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Europe/Madrid', hourCycle: 'h23',
  year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
});

// As a field of a form has it: 2026-03-02T09:00.
export function local(instant = Date.now()) {
  const part = Object.fromEntries(parts.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

// The day, so many days from now: 2026-03-02.
export const localDay = (days = 0) => local(Date.now() + days * 86400000).slice(0, 10);

// The time of day: 09:00.
export const localTime = (instant) => local(instant).slice(11);
