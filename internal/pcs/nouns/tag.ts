import { replacedBy } from "../frame/replaced.ts";
import type { Noun, Route } from "../frame/route.ts";

const verbs = () => import("../tag/verbs.ts");
const remove: Route = { run: async () => (await verbs()).tagRemove };

export const tag: Noun = {
  heading: "<command>",
  default: "config",
  words: {
    config: {
      run: async () => (await verbs()).tagConfig,
      usage: [
        {
          synopsis: "[config [<tag id>...] [--output-format <cmd|json|text>]]",
          about: "Shows tags and what they hold.",
        },
      ],
    },
    list: replacedBy("tag config"),
    create: {
      run: async () => (await verbs()).tagCreate,
      usage: [
        {
          synopsis: "create <tag id> <resource id> [<resource id>]...",
          about: "Gives several resources a common name.",
        },
      ],
    },
    delete: {
      ...remove,
      usage: [{ synopsis: "delete | remove <tag id>...", about: "Removes tags." }],
    },
    remove,
    update: {
      run: async () => (await verbs()).tagUpdate,
      usage: [
        {
          synopsis:
            "update <tag id> [add <resource id>... [--before <resource id> | " +
            "--after <resource id>]] [remove <resource id>...]",
          about: "Changes what a tag holds, or the order of it.",
        },
      ],
    },
  },
};
