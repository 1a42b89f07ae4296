import type { PcsContext } from "./context.ts";
import type { Options } from "./options.ts";

/**
 * One verb: what follows its name on the command line, the options, and the context that holds the
 * CIB, the agents and where to print. It changes the CIB of the context and pushes it, or throws
 * CommandLineError, LibraryError or Exit.
 */
export type Verb = (context: PcsContext, argv: string[], options: Options) => Promise<void> | void;

/** One entry of the help: how a command is written and what it does. */
export interface Usage {
  /** Without `pcs` and the noun: `create <resource id> ... [--disabled]`. */
  synopsis: string;
  /** Paragraphs, in our own words. */
  about: string;
}

/**
 * A word of the command line: a verb, or a branch with words below it. Help, completion and manual
 * pages are made from the same tree.
 */
export interface Route {
  /** Loads the verb; verbs are loaded when they run, so that start-up stays short. */
  run?: () => Promise<Verb>;
  /** Words that may follow. */
  words?: Record<string, Route>;
  /** The word taken when none follows. */
  default?: string;
  usage?: readonly Usage[];
  /** Answers a word that is refused before any other look at it. */
  refuse?: (word: string) => Error | null;
  /** Left out by completion: a default, an older name, or for other programs. */
  hidden?: boolean;
  /** Words that completion offers, where the verb itself tells its words apart. */
  complete?: readonly string[];
}

/** A branch of the tree at the top: `resource`, `constraint` ... */
export type Noun = Route & {
  words: Record<string, Route>;
  /** What follows the noun in the first line of its usage, where that is always the same. */
  heading?: string;
};
