import { replacedBy } from "../frame/replaced.ts";
import type { Noun, Route } from "../frame/route.ts";

const verbs = () => import("../acl/verbs.ts");
const roleRemove: Route = { run: async () => (await verbs()).roleRemove };
const userRemove: Route = { run: async () => (await verbs()).userRemove };
const groupRemove: Route = { run: async () => (await verbs()).groupRemove };
const permissionRemove: Route = { run: async () => (await verbs()).permissionRemove };

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
        delete: roleRemove,
        remove: roleRemove,
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
      usage: [
        {
          synopsis: "role delete | remove <role id> [--autodelete]",
          about: "Removes a role; with --autodelete users and groups left without one go too.",
        },
      ],
    },
    user: {
      words: {
        create: {
          run: async () => (await verbs()).userCreate,
          usage: [
            { synopsis: "user create <name> [<role id>]...", about: "Names a user of the system." },
          ],
        },
        delete: userRemove,
        remove: userRemove,
      },
      usage: [{ synopsis: "user delete | remove <name>", about: "Forgets a user." }],
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
        delete: groupRemove,
        remove: groupRemove,
      },
      usage: [{ synopsis: "group delete | remove <name>", about: "Forgets a group." }],
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
        delete: permissionRemove,
        remove: permissionRemove,
      },
      usage: [{ synopsis: "permission delete | remove <id>", about: "Removes a right." }],
    },
  },
};
