import { CommandLineError } from "../frame/report.ts";
import type { Route, Verb } from "../frame/route.ts";

type Name = "config" | "create" | "remove" | "change" | "update";

/**
 * `defaults` of resources or operations; `words` stands between the noun and the verb in the help.
 */
export function defaultsRoute(kind: "resource" | "operation", words: string): Route {
  const load = (name: Name) => async (): Promise<Verb> => {
    const module = await import("../resource/defaults.ts");
    const chosen = kind === "resource" ? module.RESOURCE_DEFAULTS : module.OPERATION_DEFAULTS;
    return module.defaultsVerbs(chosen)[name];
  };
  const entry = (name: Name, synopsis: string, about: string): Route => ({
    run: load(name),
    usage: [{ synopsis: `${words} ${synopsis}`, about }],
  });
  const what = kind === "resource" ? "resources" : "operations";
  const remove = `Remove sets of default values of ${what}.`;
  return {
    default: "config",
    refuse: (word) =>
      word.includes("=")
        ? new CommandLineError(
            `This command has been replaced with 'pcs ${kind === "resource" ? "resource" : "resource op"} ` +
              "defaults update'. See 'man pcs' -> Changes in pcs-0.12.",
          )
        : null,
    words: {
      config: entry(
        "config",
        "[config] [--all | --no-expire-check] [--full] [--output-format text|cmd|json]",
        `Show default values of ${what}. Sets whose rules have expired are left out unless --all is given.`,
      ),
      set: {
        words: {
          create: entry(
            "create",
            "set create [<set options>] [meta <option>=<value>...] [rule <expression>]",
            `Create a set of default values of ${what}, which applies where the rule does.`,
          ),
          delete: entry("remove", "set delete [<set id>]...", remove),
          remove: entry("remove", "set remove [<set id>]...", remove),
          update: entry(
            "change",
            "set update <set id> [meta <option>=<value>...]",
            `Change a set of default values of ${what}; an empty value removes one.`,
          ),
        },
      },
      update: entry(
        "update",
        "update <option>=<value>...",
        `Set default values of ${what} where there is at most one set of them.`,
      ),
    },
  };
}
