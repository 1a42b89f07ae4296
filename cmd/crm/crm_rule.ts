import { ExitCode } from "../../internal/base/mod.ts";
import {
  type DateOutcome,
  type DateTime,
  evaluateDate,
  fromEpoch,
  parseDate,
} from "../../internal/cib/mod.ts";
import { Element, parseXml } from "../../internal/xml/mod.ts";
import { openCib } from "./cib-source.ts";
import { dateContext } from "./local-time.ts";
import { isGiven, lastValue, OUTPUT_OPTIONS, type ToolInfo } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";
import { readXmlStdin, textOrNull } from "./xml-input.ts";

const TOOL: ToolInfo = {
  name: "crm_rule",
  summary: "Evaluates rules of the configuration",
  options: [
    ...OUTPUT_OPTIONS,
    { long: "check", short: "c", help: "Say whether a rule is in effect", group: "Modes" },
    {
      long: "xml-text",
      short: "X",
      value: "text",
      help: "The CIB to look into ('-': standard input)",
      group: "Data",
    },
    { long: "date", short: "d", value: "text", help: "The date to check for", group: "Additional" },
    {
      long: "rule",
      short: "r",
      value: "text",
      help: "Id of the rule (may be given several times)",
      group: "Additional",
    },
  ],
};

export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const { options, output } = tool;
  if (!isGiven(options, "check")) {
    throw new ToolError(ExitCode.USAGE, "No mode operation given");
  }
  const ids = options.given.filter((one) => one.name === "rule").map((one) => one.value ?? "");
  if (ids.length === 0) throw new ToolError(ExitCode.USAGE, "--check requires use of --rule=");
  const now = effectiveDate(tool);
  const cib = await readCib(tool);
  if (typeof cib === "number") return cib;
  let result: number = ExitCode.OK;
  for (const id of ids) {
    const { code, text } = checkRule(cib, id, now);
    const refused = code !== ExitCode.OK && !OUTCOME_CODES.has(code);
    const line = refused ? `Could not determine whether rule ${id} is in effect: ${text}` : text;
    if (refused) output.err(line);
    else output.info(line);
    output.add(new Element("rule-check", { "rule-id": id, rc: String(code) }));
    result = code;
  }
  return result;
}

const OUTCOME_CODES = new Set<number>([
  ExitCode.EXPIRED,
  ExitCode.NOT_YET_IN_EFFECT,
  ExitCode.UNSATISFIED,
]);

function effectiveDate({ options }: ToolRun): DateTime {
  const context = dateContext();
  const text = lastValue(options, "date");
  if (typeof text !== "string") return fromEpoch(context.now, context.localOffset);
  const date = parseDate(text, context);
  if (date === null) throw new ToolError(ExitCode.DATAERR, `Invalid date specified: '${text}'`);
  return date;
}

/** The CIB to look into (null when it is none), or an exit code. */
async function readCib({ options, output }: ToolRun): Promise<Element | null | number> {
  const given = lastValue(options, "xml-text");
  if (typeof given === "string") {
    const text = given === "-" ? (textOrNull(readXmlStdin()) ?? "") : given;
    const parsed = parseXml(text);
    if (parsed.ok) return parsed.value.name === "cib" ? parsed.value : null;
    const message =
      given === "-" ? "Couldn't parse input from STDIN" : `Couldn't parse input string: ${given}`;
    throw new ToolError(ExitCode.DATAERR, message);
  }
  const source = await openCib();
  const answer = source.ok ? await source.value.request({ operation: "query" }) : source;
  if (answer.ok && answer.value.output !== null) return answer.value.output;
  const failure = answer.ok ? { message: "No such object", code: ExitCode.NOSUCH } : answer.error;
  output.err(`Could not connect to the CIB: ${failure.message}`);
  return failure.code;
}

interface Verdict {
  code: number;
  text: string;
}

/** Only rules with exactly one date expression, of a kind that once expired stays so, can be told. */
function checkRule(cib: Element | null, id: string, now: DateTime): Verdict {
  const rules = [...(cib?.walk() ?? [])].filter((one) => one.name === "rule" && one.id === id);
  if (rules.length === 0) return { code: ExitCode.NOSUCH, text: "Rule not found" };
  if (rules.length > 1) {
    return { code: ExitCode.MULTIPLE, text: "Multiple rules match" };
  }
  const dates = rules[0]!.descendants("date_expression");
  const unsupported = (text: string) => ({ code: ExitCode.UNIMPLEMENT_FEATURE, text });
  if (dates.length === 0) return unsupported("Rule does not have a date expression");
  if (dates.length > 1) return unsupported("Rule has more than one date expression");
  const date = dates[0]!;
  if ((date.get("operation") ?? "date_spec") === "date_spec") {
    const fixed = date.elements("date_spec").some((spec) => spec.has("years"));
    if (!fixed) {
      return unsupported("Rule must either not use date_spec, or use date_spec with years=");
    }
  }
  return VERDICTS[evaluateDate(date, { now })](id);
}

const VERDICTS: Record<DateOutcome, (id: string) => Verdict> = {
  within: (id) => ({ code: ExitCode.OK, text: `Rule ${id} is still in effect` }),
  satisfied: (id) => ({ code: ExitCode.OK, text: `Rule ${id} satisfies conditions` }),
  after: (id) => ({ code: ExitCode.EXPIRED, text: `Rule ${id} is expired` }),
  before: (id) => ({
    code: ExitCode.NOT_YET_IN_EFFECT,
    text: `Rule ${id} has not yet taken effect`,
  }),
  invalid: () => ({ code: ExitCode.CONFIG, text: "Error parsing rule" }),
};
