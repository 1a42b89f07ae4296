import type { Noun } from "../frame/route.ts";

const checkpoint = () => import("../config/checkpoint.ts");
const backup = () => import("../config/backup.ts");

export const config: Noun = {
  default: "show",
  words: {
    show: {
      run: async () => (await import("../config/show.ts")).configShow,
      usage: [{ synopsis: "[show]", about: "Shows everything that is configured." }],
    },
    backup: {
      run: async () => (await backup()).configBackup,
      usage: [
        {
          synopsis: "backup [<file>] [--force]",
          about:
            "Puts the configuration of the cluster into an archive: corosync.conf, authkeys, " +
            "uidgid files and the CIB.",
        },
      ],
    },
    restore: {
      run: async () => (await backup()).configRestore,
      usage: [{ synopsis: "restore [--local] [<file>]", about: "Takes an archive back." }],
    },
    checkpoint: {
      default: "list",
      words: {
        list: {
          run: async () => (await checkpoint()).checkpointList,
          hidden: true,
          usage: [
            {
              synopsis: "checkpoint [list]",
              about: "Lists earlier versions of the configuration.",
            },
          ],
        },
        view: {
          run: async () => (await checkpoint()).checkpointView,
          usage: [
            { synopsis: "checkpoint view <number>", about: "Shows what was configured then." },
          ],
        },
        restore: {
          run: async () => (await checkpoint()).checkpointRestore,
          usage: [
            { synopsis: "checkpoint restore <number>", about: "Makes that configuration current." },
          ],
        },
        diff: {
          run: async () => (await checkpoint()).checkpointDiff,
          usage: [
            {
              synopsis: "checkpoint diff <number> | live <number> | live",
              about: "Shows what differs between two versions.",
            },
          ],
        },
      },
    },
  },
};
