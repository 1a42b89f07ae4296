import { groupByKeywords } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, Exit } from "../frame/report.ts";
import { formatList } from "../frame/text.ts";
import { clusterStateXml } from "./crm-mon.ts";
import { readResources } from "./resource-model.ts";
import { type Quantifier, ResourceStates, STATE_NAMES } from "./resource-states.ts";

/** A question about one resource. */
interface Question {
  context: PcsContext;
  options: Options;
  id: string;
  instance: string | null;
  /** Words after the question's own. */
  words: string[];
}

const QUESTIONS: Record<string, (question: Question) => Promise<void>> = {
  exists,
  "is-stonith": isStonith,
  "is-type": isType,
  "get-type": getType,
  "is-state": isState,
  "is-in-group": (question) => isInContainer(question, "group"),
  "is-in-clone": (question) => isInContainer(question, "clone"),
  "is-in-bundle": (question) => isInContainer(question, "bundle"),
  "get-nodes": getNodes,
  "get-members": getMembers,
  "get-index-in-group": getIndexInGroup,
};

/** `status query resource ID QUESTION ...`: true ends with 0, false with 2. */
export async function queryResource(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const [fullId, word, ...words] = argv;
  if (fullId === undefined || fullId === "") throw new CommandLineError();
  const ask = word !== undefined && Object.hasOwn(QUESTIONS, word) ? QUESTIONS[word] : undefined;
  if (ask === undefined) throw placed(new CommandLineError(), "");
  const at = fullId.lastIndexOf(":");
  const id = at < 0 ? fullId : fullId.slice(0, at);
  const instance = at < 0 ? null : fullId.slice(at + 1);
  try {
    await ask({ context, options, id, instance, words });
  } catch (failure) {
    throw failure instanceof CommandLineError ? placed(failure, word!) : failure;
  }
}

/** The usage is that of the question, which stands behind the resource. */
function placed(failure: CommandLineError, question: string): CommandLineError {
  failure.place.push("<resource-id>", question);
  return failure;
}

async function statesOf({ context }: Question): Promise<ResourceStates> {
  const status = await clusterStateXml(context);
  return new ResourceStates(readResources(status, (report) => context.report.add(report)));
}

function noMoreWords(words: string[]): void {
  if (words.length > 0) throw new CommandLineError();
}

function isQuiet(options: Options): boolean {
  options.allowOnly(["--quiet", "-f"]);
  return options.has("--quiet");
}

function answer(question: Question, quiet: boolean, holds: boolean, ...more: string[]): never {
  if (!quiet) question.context.print(holds ? "True" : "False", ...more);
  throw new Exit(holds ? 0 : 2);
}

async function exists(question: Question): Promise<void> {
  noMoreWords(question.words);
  const quiet = isQuiet(question.options);
  const states = await statesOf(question);
  answer(question, quiet, states.find(question.id, question.instance) !== null);
}

async function isStonith(question: Question): Promise<void> {
  noMoreWords(question.words);
  const quiet = isQuiet(question.options);
  const found = (await statesOf(question)).get(question.id, question.instance);
  const fencing = found.kind === "primitive" && found.agent.startsWith("stonith:");
  answer(question, quiet, fencing);
}

const KINDS = ["primitive", "group", "clone", "bundle"];

async function isType(question: Question): Promise<void> {
  const quiet = isQuiet(question.options);
  const groups = groupByKeywords(question.words, ["unique", "promotable"], "type");
  groups.repeatOnly();
  const [type, ...more] = groups.flat("type");
  if (type === undefined || more.length > 0) throw new CommandLineError();
  const kind = type.toLowerCase();
  if (!KINDS.includes(kind)) {
    throw new CommandLineError(
      `'${type}' is not a valid resource type value, use ${formatList(KINDS)}`,
    );
  }
  const wanted = (["unique", "promotable"] as const).filter((word) => groups.has(word));
  for (const word of wanted) {
    if (groups.flat(word).length > 0) throw new CommandLineError();
    const possible = kind === "clone" || (kind === "bundle" && word === "unique");
    if (!possible) throw new CommandLineError(`type '${kind}' cannot be ${word}`);
  }
  const found = (await statesOf(question)).get(question.id, question.instance);
  const holds =
    found.kind === kind &&
    wanted.every((word) => word in found && (found as { [key in typeof word]?: boolean })[word]);
  answer(question, quiet, holds);
}

async function getType(question: Question): Promise<void> {
  noMoreWords(question.words);
  question.options.allowOnly(["-f"]);
  const found = (await statesOf(question)).get(question.id, question.instance);
  const words: string[] = [found.kind];
  if ("unique" in found && found.unique) words.push("unique");
  if ("promotable" in found && found.promotable) words.push("promotable");
  question.context.print(words.join(" "));
}

async function isState(question: Question): Promise<void> {
  const groups = groupByKeywords(question.words, ["on-node", "members", "instances"], "state");
  groups.repeatOnly();
  const [word, value, ...more] = groups.flat("state");
  if (word === undefined || more.length > 0) throw new CommandLineError();
  const state = word.toLowerCase();
  if (!STATE_NAMES.includes(state)) {
    throw new CommandLineError(
      `'${word}' is not a valid state value, use ${formatList(STATE_NAMES)}`,
    );
  }
  if (value !== undefined && state !== "locked_to") throw new CommandLineError();
  const nodes = groups.flat("on-node");
  if (groups.has("on-node") && nodes.length !== 1) throw new CommandLineError();
  const quantifier = (keyword: string): Quantifier | null => {
    if (!groups.has(keyword)) return null;
    const [how, ...rest] = groups.flat(keyword);
    if (how === undefined || rest.length > 0) throw new CommandLineError();
    const lower = how.toLowerCase();
    if (lower === "all" || lower === "any" || lower === "none") return lower;
    throw new CommandLineError(
      `'${how}' is not a valid ${keyword} value, use 'all', 'any', 'none'`,
    );
  };
  const [members, instances] = [quantifier("members"), quantifier("instances")];
  const quiet = isQuiet(question.options);
  const holds = (await statesOf(question)).isState(question.id, question.instance, {
    state,
    value: value ?? null,
    node: nodes[0] ?? null,
    members,
    instances,
  });
  answer(question, quiet, holds);
}

async function isInContainer(
  question: Question,
  kind: "group" | "clone" | "bundle",
): Promise<void> {
  const [expected, ...more] = question.words;
  noMoreWords(more);
  const quiet = isQuiet(question.options);
  const states = await statesOf(question);
  const actual = states.containerId(question.id, question.instance, kind);
  const holds = actual !== null && (expected === undefined || expected === actual);
  answer(question, quiet, holds, ...(actual === null ? [] : [actual]));
}

async function getNodes(question: Question): Promise<void> {
  noMoreWords(question.words);
  question.options.allowOnly(["-f"]);
  const nodes = (await statesOf(question)).nodes(question.id, question.instance);
  question.context.print(nodes.join("\n"));
}

async function getMembers(question: Question): Promise<void> {
  noMoreWords(question.words);
  question.options.allowOnly(["-f"]);
  const members = (await statesOf(question)).members(question.id, question.instance);
  question.context.print(members.join("\n"));
}

async function getIndexInGroup(question: Question): Promise<void> {
  noMoreWords(question.words);
  question.options.allowOnly(["-f"]);
  const states = await statesOf(question);
  question.context.print(String(states.indexInGroup(question.id, question.instance)));
}
