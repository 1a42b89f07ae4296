/** Texts of points in time, in the zone of the caller. */
export interface TimeTexts {
  /** `Tue Nov 14 22:27:09 2023`. */
  short(epochSeconds: number): string;
  /** `2023-11-14 22:27:09Z`. */
  iso(epochSeconds: number): string;
  /** `2023-11-14 22:27:09.250000Z`; milliseconds since 1970. */
  precise(epochMs: number): string;
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
    iso: (epoch) => iso(epoch, ""),
    precise(epochMs) {
      const ms = Math.round(epochMs);
      const fraction = `.${String(ms % 1000).padStart(3, "0")}000`;
      return iso(Math.floor(ms / 1000), fraction);
    },
  };
  function iso(epoch: number, fraction: string): string {
    const date = local(epoch);
    const offset = offsetAt(epoch);
    const minutes = Math.floor(Math.abs(offset) / 60);
    const zone =
      offset === 0
        ? "Z"
        : ` ${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    return (
      `${String(date.getUTCFullYear()).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-` +
      `${two(date.getUTCDate())} ${clock(date)}${fraction}${zone}`
    );
  }
}
