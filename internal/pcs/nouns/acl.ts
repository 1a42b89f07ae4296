import { replacedBy } from "../frame/replaced.ts";
import type { Noun, Route } from "../frame/route.ts";

const verbs = () => import("../acl/verbs.ts");
/** `delete` and `remove`, which are the same. */
function removal(prefix: string, what: string, about: string, run: NonNullable<Route["run"]>) {
  const route = (word: string): Route => ({
    run,
    usage: [{ synopsis: `${prefix} ${word} ${what}`, about }],
  });
  return { delete: route("delete"), remove: route("remove") };
}

export const acl: Noun = {
  default: "config",
  words: {
    config: {
      run: async () => (await verbs()).aclConfig,
      usage: [{ synopsis: "[config]", about: "Shows users, groups, roles and their rights." }],
    },
    show: replacedBy("acl config"),
    enable: {
      run: async () => (await verbs()).aclEnable,
      usage: [{ synopsis: "enable", about: "Makes the rights count." }],
    },
    disable: {
      run: async () => (await verbs()).aclDisable,
      usage: [{ synopsis: "disable", about: "Lets everyone in the group haclient do everything." }],
    },
    role: {
      words: {
        create: {
          run: async () => (await verbs()).roleCreate,
          usage: [
            {
              synopsis:
                "role create <role id> [description=<text>] " +
                "[((read | write | deny) (xpath <query> | id <id>))...]",
              about: "Makes a role with rights on parts of the CIB.",
            },
          ],
        },
        ...removal(
          "role",
          "<role id> [--autodelete]",
          "Removes a role; with --autodelete users and groups left without one go too.",
          async () => (await verbs()).roleRemove,
        ),
        assign: {
          run: async () => (await verbs()).roleAssign,
          usage: [
            {
              synopsis: "role assign <role id> [to] user | group <name>",
              about: "Gives a role to a user or group.",
            },
          ],
        },
        unassign: {
          run: async () => (await verbs()).roleUnassign,
          usage: [
            {
              synopsis: "role unassign <role id> [from] user | group <name> [--autodelete]",
              about: "Takes a role back; with --autodelete a user or group left without goes.",
            },
          ],
        },
      },
    },
    user: {
      words: {
        create: {
          run: async () => (await verbs()).userCreate,
          usage: [
            { synopsis: "user create <name> [<role id>]...", about: "Names a user of the system." },
          ],
        },
        ...removal("user", "<name>", "Forgets a user.", async () => (await verbs()).userRemove),
      },
    },
    group: {
      words: {
        create: {
          run: async () => (await verbs()).groupCreate,
          usage: [
            {
              synopsis: "group create <name> [<role id>]...",
              about: "Names a group of the system.",
            },
          ],
        },
        ...removal("group", "<name>", "Forgets a group.", async () => (await verbs()).groupRemove),
      },
    },
    permission: {
      words: {
        add: {
          run: async () => (await verbs()).permissionAdd,
          usage: [
            {
              synopsis:
                "permission add <role id> ((read | write | deny) (xpath <query> | id <id>))...",
              about: "Adds rights to a role.",
            },
          ],
        },
        ...removal(
          "permission",
          "<id>",
          "Removes a right.",
          async () => (await verbs()).permissionRemove,
        ),
      },
    },
  },
};
