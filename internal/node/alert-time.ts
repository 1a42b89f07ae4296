const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAY_MS = 86_400_000;

/**
 * Formats local time as strftime(3) does in the C locale, with `%N` for the fraction of a second:
 * `%06N` six digits, `%3N` three. `offsetMinutes` is local time's distance from UTC.
 */
export function formatTime(format: string, nowMs: number, offsetMinutes: number): string {
  const ms = Math.floor(nowMs);
  const local = new Date(ms + offsetMinutes * 60_000);
  return format.replace(/%(?:0?(\d?)N|[EO_0^#-]*([A-Za-z%+]))/g, (all, digits, letter) => {
    if (letter === undefined) return fraction(nowMs, digits === "" ? 6 : Number(digits ?? 6));
    return piece(letter as string, local, ms, offsetMinutes) ?? all;
  });
}

function fraction(nowMs: number, digits: number): string {
  const nanoseconds = Math.floor((nowMs - Math.floor(nowMs / 1000) * 1000) * 1_000_000);
  return String(nanoseconds).padStart(9, "0").slice(0, Math.max(1, digits));
}

function piece(letter: string, local: Date, ms: number, offset: number): string | null {
  const expand = (format: string): string => formatTime(format, ms, offset);
  const day = dayOfYear(local);
  switch (letter) {
    case "a":
      return DAYS[local.getUTCDay()]!.slice(0, 3);
    case "A":
      return DAYS[local.getUTCDay()]!;
    case "b":
    case "h":
      return MONTHS[local.getUTCMonth()]!.slice(0, 3);
    case "B":
      return MONTHS[local.getUTCMonth()]!;
    case "c":
      return expand("%a %b %e %H:%M:%S %Y");
    case "C":
      return two(Math.floor(local.getUTCFullYear() / 100));
    case "d":
      return two(local.getUTCDate());
    case "D":
    case "x":
      return expand("%m/%d/%y");
    case "e":
      return String(local.getUTCDate()).padStart(2, " ");
    case "F":
      return expand("%Y-%m-%d");
    case "H":
      return two(local.getUTCHours());
    case "I":
      return two(local.getUTCHours() % 12 || 12);
    case "j":
      return String(day + 1).padStart(3, "0");
    case "k":
      return String(local.getUTCHours()).padStart(2, " ");
    case "l":
      return String(local.getUTCHours() % 12 || 12).padStart(2, " ");
    case "m":
      return two(local.getUTCMonth() + 1);
    case "M":
      return two(local.getUTCMinutes());
    case "n":
      return "\n";
    case "p":
      return local.getUTCHours() < 12 ? "AM" : "PM";
    case "P":
      return local.getUTCHours() < 12 ? "am" : "pm";
    case "r":
      return expand("%I:%M:%S %p");
    case "R":
      return expand("%H:%M");
    case "s":
      return String(Math.floor(ms / 1000));
    case "S":
      return two(local.getUTCSeconds());
    case "t":
      return "\t";
    case "T":
    case "X":
      return expand("%H:%M:%S");
    case "u":
      return String(local.getUTCDay() || 7);
    case "U":
      return two(Math.floor((day + 7 - local.getUTCDay()) / 7));
    case "w":
      return String(local.getUTCDay());
    case "W":
      return two(Math.floor((day + 7 - ((local.getUTCDay() + 6) % 7)) / 7));
    case "y":
      return two(local.getUTCFullYear() % 100);
    case "Y":
      return String(local.getUTCFullYear());
    case "z": {
      const sign = offset < 0 ? "-" : "+";
      const minutes = Math.abs(offset);
      return `${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
    }
    case "%":
      return "%";
    default:
      return null;
  }
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY_MS);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
