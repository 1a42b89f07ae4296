import type { PcsContext } from "./context.ts";
import type { Options } from "./options.ts";
import { CommandLineError, Exit } from "./report.ts";
import type { Noun, Route } from "./route.ts";
import { showUsage } from "./usage.ts";

/**
 * Walks down the words of the command line and runs the verb. A wrong command line is answered by
 * the innermost branch: with a message, or with the usage of what was typed.
 */
export async function route(
  noun: Noun,
  path: string[],
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  let current: Route = noun;
  let rest = argv;
  const typed = [...path];
  try {
    while (current.run === undefined) {
      const refused = rest[0] === undefined ? null : (current.refuse?.(rest[0]) ?? null);
      if (refused !== null) throw refused;
      const word = rest[0] ?? current.default;
      const next = word === undefined ? undefined : ownRoute(current, word);
      if (word === undefined || next === undefined) {
        // A word that is not known here leaves an empty place in the usage's first line.
        if (word !== undefined) typed.push("");
        throw new CommandLineError();
      }
      rest = rest.slice(1);
      typed.push(word);
      current = next;
    }
    const verb = await current.run();
    await verb(context, rest, options);
  } catch (failure) {
    if (!(failure instanceof CommandLineError)) throw failure;
    if (failure.text !== null) context.writeError(`Error: ${failure.text}\n`);
    if (failure.hint !== null) context.writeError(`Hint: ${failure.hint}\n`);
    if (failure.text === null || failure.both) {
      context.writeError(showUsage(noun, [...typed, ...failure.place]));
    }
    throw new Exit(1);
  }
}

function ownRoute(branch: Route, word: string): Route | undefined {
  const words = branch.words ?? {};
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
