import { Element } from "../../xml/mod.ts";
import { checkValue, hardness, invalidValue, oneOf } from "../checks/mod.ts";
import { notFound } from "../cib/find.ts";
import { checkId, elementsById, IdProvider, sanitizeId } from "../cib/ids.ts";
import { constraintsOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, type Report } from "../frame/report.ts";
import { checkRule, ruleSyntaxReport } from "../rule/check.ts";
import type { BoolExpression } from "../rule/expression.ts";
import { parseRule } from "../rule/parse.ts";
import { appendRule } from "../rule/store.ts";
import { ruleToText } from "../rule/text.ts";
import { ruleFromWords } from "../rule/words.ts";
import { checkConstrainable, reportDuplicates, roleForCib } from "./checks.ts";
import { DISCOVERY, locatedResource } from "./location.ts";
import { isScore } from "./text.ts";

const RULE_OPTIONS = ["id", "role", "score", "score-attribute"];
const CONSTRAINT_OPTIONS = ["constraint-id", "resource-discovery"];

/** `location RESOURCE rule [options] RULE`. */
export async function createWithRule(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  if (argv.length < 3) throw new CommandLineError();
  const resource = locatedResource(argv[0]!);
  const given = new Map<string, string>();
  const words = argv.slice(2);
  while (words.length > 0) {
    const at = words[0]!.indexOf("=");
    const name = words[0]!.slice(0, Math.max(at, 0));
    if (![...RULE_OPTIONS, ...CONSTRAINT_OPTIONS].includes(name)) break;
    given.set(name, words.shift()!.slice(at + 1));
  }
  const text = ruleFromWords(context, words);
  // Rules of older schemas are not written any more.
  const cib = await context.cib([3, 9]);
  const ids = new IdProvider(cib);
  if (resource.attribute === "rsc") {
    const element = elementsById(cib, resource.value)[0];
    if (element === undefined) context.report.add(notFound(resource.value, []));
    else context.report.all(checkConstrainable(element, options.force));
  }
  context.report.all(checkOptions(given, ids, options.force));
  const rule = readRule(context, text);
  context.report.stopOnErrors();
  const constraint = new Element("rsc_location", {
    id: given.get("constraint-id") || ids.allocate(sanitizeId(`location-${resource.value}`)),
    [resource.attribute]: resource.value,
  });
  const discovery = given.get("resource-discovery");
  if (discovery) constraint.set("resource-discovery", discovery);
  constraintsOf(cib).append(constraint);
  const ruleElement = appendRule(constraint, rule!, ids, given.get("id") ?? null);
  setRuleOptions(cib, ruleElement, given);
  const text1 = ruleToText(ruleElement, true);
  reportDuplicates(
    context,
    constraint,
    options.force,
    (other) =>
      other.get(resource.attribute) === resource.value &&
      other.elements("rule").some((existing) => ruleToText(existing, true) === text1),
  );
  await context.pushCib();
}

function checkOptions(
  given: ReadonlyMap<string, string>,
  ids: IdProvider,
  forced: boolean,
): Report[] {
  const reports: Report[] = [];
  const checkNewId = (name: string, description: string) => {
    const id = given.get(name);
    if (id === undefined) return;
    const wrong = checkId(id, description);
    reports.push(...(wrong.length > 0 ? wrong : ids.book(id)));
  };
  checkNewId("constraint-id", "constraint id");
  const discovery = given.get("resource-discovery");
  if (discovery !== undefined) {
    const rule = oneOf(...DISCOVERY);
    reports.push(...checkValue("resource-discovery", discovery, rule, { hard: hardness(forced) }));
  }
  if (given.has("score") && given.has("score-attribute")) {
    reports.push(error("Only one of rule options 'score' and 'score-attribute' can be used"));
  }
  checkNewId("id", "rule id");
  const score = given.get("score");
  if (score !== undefined && !isScore(score)) {
    reports.push(error(`invalid score '${score}', use integer or INFINITY or -INFINITY`));
  }
  const role = given.get("role");
  if (role !== undefined && !["promoted", "unpromoted"].includes(role.toLowerCase())) {
    reports.push(invalidValue("role", role, ["Promoted", "Unpromoted"]));
  }
  return reports;
}

function readRule(context: PcsContext, text: string): BoolExpression | null {
  if (text.trim() === "") {
    context.report.error("No rule expression was specified");
    return null;
  }
  const parsed = parseRule(text);
  if (!parsed.ok) {
    context.report.add(ruleSyntaxReport(parsed.error));
    return null;
  }
  context.report.all(checkRule(parsed.value, { attribute: true }));
  return parsed.value;
}

function setRuleOptions(cib: Element, rule: Element, given: ReadonlyMap<string, string>): void {
  const role = given.get("role");
  if (role) {
    const proper = role.charAt(0).toUpperCase() + role.slice(1).toLowerCase();
    rule.set("role", roleForCib(cib, proper));
  }
  const score = given.get("score");
  const attribute = given.get("score-attribute");
  if (attribute) rule.set("score-attribute", attribute);
  if (score || !attribute) rule.set("score", score || "INFINITY");
}
