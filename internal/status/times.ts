/** Texts of points in time, in the zone of the caller. */
export interface TimeTexts {
  /** `Tue Nov 14 22:27:09 2023`. */
  short(epochSeconds: number): string;
  /** `2023-11-14 22:27:09Z`. */
  iso(epochSeconds: number): string;
}

const UNITS: [string, number][] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** `1d2h3m4.005s`: an interval in milliseconds for people. */
export function readableInterval(ms: number): string {
  if (ms === 0) return "0s";
  let rest = ms;
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    const part = rest % size;
    if (unit === "s" && part !== 0 && text !== "") {
      return `${text}${count}.${String(part).padStart(3, "0")}s`;
    }
    if (unit === "s" && part !== 0) {
      return count > 0 ? `${count}.${String(part).padStart(3, "0")}s` : `${part}ms`;
    }
    if (count > 0) text += `${count}${unit}`;
    rest = part;
  }
  return text;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

/** Texts in a zone given by its offset east of UTC, in seconds, at each point in time. */
export function timeTexts(offsetAt: (epochSeconds: number) => number): TimeTexts {
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = (date: Date) =>
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const local = (epoch: number) => new Date((epoch + offsetAt(epoch)) * 1000);
  return {
    short(epoch) {
      const date = local(epoch);
      const day = String(date.getUTCDate()).padStart(2);
      return (
        `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ` +
        `${clock(date)} ${date.getUTCFullYear()}`
      );
    },
    iso(epoch) {
      const date = local(epoch);
      const offset = offsetAt(epoch);
      const minutes = Math.floor(Math.abs(offset) / 60);
      const zone =
        offset === 0
          ? "Z"
          : ` ${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
      return (
        `${String(date.getUTCFullYear()).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-` +
        `${two(date.getUTCDate())} ${clock(date)}${zone}`
      );
    },
  };
}
