import { replacedBy } from "../frame/replaced.ts";
import type { Noun, Route } from "../frame/route.ts";

const verbs = () => import("../alert/verbs.ts");
const remove: Route = { run: async () => (await verbs()).alertRemove };
const recipientRemove: Route = { run: async () => (await verbs()).recipientRemove };

export const alert: Noun = {
  heading: "<command>",
  default: "config",
  words: {
    config: {
      run: async () => (await verbs()).alertConfig,
      usage: [{ synopsis: "[config]", about: "Shows who is told of what the cluster does." }],
    },
    show: replacedBy("alert config"),
    create: {
      run: async () => (await verbs()).alertCreate,
      usage: [
        {
          synopsis:
            "create path=<path> [id=<alert id>] [description=<text>] " +
            "[options <name>=<value>...] [meta <name>=<value>...]",
          about: "Has the cluster run a program at each event. The program must be on all nodes.",
        },
      ],
    },
    update: {
      run: async () => (await verbs()).alertUpdate,
      usage: [
        {
          synopsis:
            "update <alert id> [path=<path>] [description=<text>] " +
            "[options <name>=<value>...] [meta <name>=<value>...]",
          about: "Changes an alert; an empty value removes an option.",
        },
      ],
    },
    delete: {
      ...remove,
      usage: [{ synopsis: "delete | remove <alert id>...", about: "Removes alerts." }],
    },
    remove,
    recipient: {
      words: {
        add: {
          run: async () => (await verbs()).recipientAdd,
          usage: [
            {
              synopsis:
                "recipient add <alert id> value=<value> [id=<recipient id>] [description=<text>] " +
                "[options <name>=<value>...] [meta <name>=<value>...] [--force]",
              about: "Adds a recipient, which the alert's program is run for.",
            },
          ],
        },
        update: {
          run: async () => (await verbs()).recipientUpdate,
          usage: [
            {
              synopsis:
                "recipient update <recipient id> [value=<value>] [description=<text>] " +
                "[options <name>=<value>...] [meta <name>=<value>...] [--force]",
              about: "Changes a recipient; an empty value removes an option.",
            },
          ],
        },
        delete: {
          ...recipientRemove,
          usage: [
            {
              synopsis: "recipient delete | remove <recipient id>...",
              about: "Removes recipients.",
            },
          ],
        },
        remove: recipientRemove,
      },
    },
    get_all_alerts: { run: async () => (await verbs()).alertData, hidden: true },
  },
};
