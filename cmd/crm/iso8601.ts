import { ExitCode } from "../../internal/base/mod.ts";
import {
  addDuration,
  type DateStyle,
  type DateTime,
  formatDate,
  formatDuration,
  fromEpoch,
  parseDate,
  parseDuration,
  parseInterval,
} from "../../internal/cib/dates/mod.ts";
import { Element, Text } from "../../internal/xml/mod.ts";
import { dateContext } from "./local-time.ts";
import { isGiven, lastValue, OUTPUT_OPTIONS, type ToolInfo } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const TOOL: ToolInfo = {
  name: "iso8601",
  badFormatCode: ExitCode.NOSUCH,
  summary: "Shows and reads dates, times, periods and durations of ISO 8601",
  options: [
    ...OUTPUT_OPTIONS,
    { long: "now", short: "n", help: "Show the date and time now", group: "Commands" },
    {
      long: "date",
      short: "d",
      value: "text",
      valueName: "DATE",
      help: "Read a date, such as '2019-09-24 00:30:00 +01:00' or '2019-040'",
      group: "Commands",
    },
    {
      long: "period",
      short: "p",
      value: "text",
      valueName: "PERIOD",
      help: "Read a period, such as '2005-040/2005-043'",
      group: "Commands",
    },
    {
      long: "duration",
      short: "D",
      value: "text",
      valueName: "DURATION",
      help: "Read a duration, such as 'P1M'",
      group: "Commands",
    },
    {
      long: "expected",
      short: "E",
      value: "text",
      valueName: "TEXT",
      help: "Fail unless the result reads like this (with -n or -d)",
      group: "Commands",
    },
    { long: "seconds", short: "s", help: "As seconds since year 0", group: "Modifiers" },
    { long: "epoch", short: "S", help: "As seconds since 1970", group: "Modifiers" },
    { long: "local", short: "L", help: "With the zone it was given in", group: "Modifiers" },
    { long: "ordinal", short: "O", help: "As an ordinal date", group: "Modifiers" },
    { long: "week", short: "W", help: "As a week date", group: "Modifiers" },
  ],
};

export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

function run(tool: ToolRun): number {
  const { options, output } = tool;
  const context = dateContext();
  const show = formatter(tool);
  const report = (label: string, name: string, text: string) => {
    output.info(`${label}: ${text}`);
    return output.add(new Element(name, {}, [new Text(text)]));
  };
  let start: DateTime | null = null;
  if (isGiven(options, "now")) {
    start = fromEpoch(context.now, context.localOffset);
    report("Current date/time", "date", show(start));
  }
  const date = lastValue(options, "date");
  if (typeof date === "string" && start === null) {
    start = required(parseDate(date, context), `Invalid date/time specified: ${date}`);
    report("Date", "date", show(start));
  }
  const duration = lastValue(options, "duration");
  const amount =
    typeof duration === "string"
      ? required(parseDuration(duration), `Invalid duration specified: ${duration}`)
      : null;
  if (amount !== null) report("Duration", "duration", formatDuration(amount));
  const period = lastValue(options, "period");
  let holder: Element | null = null;
  if (typeof period === "string") {
    const read = required(parseInterval(period, context), `Invalid interval specified: ${period}`);
    const [from, to] = [show(read.start), show(read.end)];
    output.info(`Period: ${from} to ${to}`);
    holder = output.add(
      new Element("period", {}, [
        new Element("start", {}, [new Text(from)]),
        new Element("end", {}, [new Text(to)]),
      ]),
    );
  }
  let result = start === null ? null : show(start);
  if (start !== null && amount !== null) {
    result = show(addDuration(start, amount));
    output.info(`Duration ends at: ${result}`);
    const ends = new Element("duration_ends", {}, [new Text(result)]);
    if (holder === null) output.add(ends);
    else holder.append(ends);
  }
  const expected = lastValue(options, "expected");
  const differs = result !== null && typeof expected === "string" && expected !== result;
  return differs ? ExitCode.ERROR : ExitCode.OK;
}

function required<T>(value: T | null, message: string): T {
  if (value === null) throw new ToolError(ExitCode.INVALID_PARAM, message);
  return value;
}

function formatter({ options }: ToolRun): (date: DateTime) => string {
  const styles: DateStyle[] = ["seconds", "epoch", "ordinal", "week"];
  const style = styles.find((name) => isGiven(options, name)) ?? "calendar";
  const local = isGiven(options, "local");
  return (date) => formatDate(date, style, local);
}
