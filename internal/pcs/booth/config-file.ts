/** One line of booth's configuration: `key = value`, a ticket with lines of its own. */
export interface BoothLine {
  key: string;
  value: string;
  details: BoothLine[];
}

/** What stands outside of tickets. */
export const GLOBAL_KEYS = [
  "transport",
  "port",
  "name",
  "authfile",
  "maxtimeskew",
  "site",
  "arbitrator",
  "site-user",
  "site-group",
  "arbitrator-user",
  "arbitrator-group",
  "debug",
  "ticket",
];

/** What a ticket may hold. */
export const TICKET_KEYS = [
  "acquire-after",
  "attr-prereq",
  "before-acquire-handler",
  "expire",
  "mode",
  "renewal-freq",
  "retries",
  "timeout",
  "weights",
];

const KEY = "^([a-zA-Z0-9_-]+)\\s*=\\s*";
const FORMS = [
  new RegExp(`${KEY}([^'"]+)$`),
  new RegExp(`${KEY}'([^']*)'\\s*(?:#.*)?$`),
  new RegExp(`${KEY}"([^"]*)"\\s*(?:#.*)?$`),
];

/** Reads a configuration; on failure the lines that are none. */
export function parseBoothConf(text: string): BoothLine[] | { wrong: string[] } {
  const global: BoothLine[] = [];
  const tickets: BoothLine[] = [];
  const wrong: string[] = [];
  for (const raw of text.split(/\r\n|[\r\n]/)) {
    const line = raw.trim();
    const match = FORMS.map((form) => form.exec(line)).find((found) => found !== null);
    if (match === undefined) {
      if (line !== "" && !line.startsWith("#")) wrong.push(line);
      continue;
    }
    const [key, value] = [match![1]!, match![2]!];
    const ticket = tickets.at(-1);
    if (key === "ticket") tickets.push({ key, value, details: [] });
    // A global line among those of a ticket moves up to where it belongs.
    else if (ticket === undefined || GLOBAL_KEYS.includes(key)) {
      global.push({ key, value, details: [] });
    } else ticket.details.push({ key, value, details: [] });
  }
  return wrong.length > 0 ? { wrong } : [...global, ...tickets];
}

/** The configuration as text. */
export function printBoothConf(lines: readonly BoothLine[]): string {
  return lines.map((line) => printLine(line, "")).join("");
}

function printLine({ key, value, details }: BoothLine, lead: string): string {
  const shown = key === "ticket" ? `"${value}"` : value;
  const below = details.map((line) => printLine(line, `${lead}  `)).join("");
  return `${lead}${key} = ${shown}\n${below}`;
}

export function ticketNames(lines: readonly BoothLine[]): string[] {
  return lines.filter(({ key }) => key === "ticket").map(({ value }) => value);
}
