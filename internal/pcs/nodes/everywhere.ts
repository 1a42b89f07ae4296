import type { PcsContext } from "../frame/context.ts";
import { LibraryError } from "../frame/report.ts";
import { byCodePoint, formatList, plural } from "../frame/text.ts";
import { explainFailure, type KnownHost, type NodeAnswer } from "./access.ts";

/** A node that can be talked to. */
export interface Target {
  name: string;
  host: KnownHost;
}

/** What pcs says of hosts that it was not authenticated to, with the command that helps. */
export function unknownHosts(names: readonly string[]): string {
  const them = formatList(names);
  const host = plural(names, "host");
  return (
    `${plural(names, "Host")} ${them} ${plural(names, "is")} not known to pcs, try to ` +
    `authenticate the ${host} using 'pcs host auth ${names.join(" ")}' command`
  );
}

/**
 * The targets of some node names, all known; with one unknown the verb ends with the original's
 * error and the command that helps.
 */
export async function targets(context: PcsContext, names: readonly string[]): Promise<Target[]> {
  const known = await context.env.nodes.known();
  const missing = names.filter((name) => !known.has(name)).sort(byCodePoint);
  if (missing.length > 0) {
    context.report.error(unknownHosts(missing));
    throw new LibraryError();
  }
  return names.map((name) => ({ name, host: known.get(name)! }));
}

/**
 * Asks all targets at once; `heard` is called as answers come. Answers in the order of targets. One
 * that does not answer in time is asked up to `patience` more times.
 */
export async function askAll(
  context: PcsContext,
  all: readonly Target[],
  path: string,
  form: (target: Target) => Record<string, string>,
  heard: (target: Target, answer: NodeAnswer) => void,
  patience = 0,
): Promise<NodeAnswer[]> {
  return Promise.all(
    all.map(async (target) => {
      const ask = () => context.env.nodes.call(target.host, path, form(target));
      let answer = await ask();
      for (let left = patience; left > 0 && !answer.ok && answer.layer === "timeout"; left -= 1) {
        answer = await ask();
      }
      heard(target, answer);
      return answer;
    }),
  );
}

/**
 * The same request to all nodes, as the older verbs do it: a line for each node as it answers, and
 * an error that repeats what went wrong.
 */
export async function onAll(
  context: PcsContext,
  all: readonly Target[],
  path: string,
  form: Record<string, string>,
  done: (name: string) => string,
  failed: string,
  options: { patience?: number } = {},
): Promise<void> {
  const wrong: string[] = [];
  await askAll(
    context,
    all,
    path,
    () => form,
    (target, answer) => {
      const line = answer.ok ? done(target.name) : explainFailure(target.name, answer);
      context.writeError(`${line}\n`);
      if (!answer.ok) wrong.push(line);
    },
    options.patience,
  );
  if (wrong.length > 0) context.die(`${failed}\n${wrong.join("\n")}`);
}
