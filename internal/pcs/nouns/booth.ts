import type { Noun, Route } from "../frame/route.ts";

const setup = () => import("../booth/setup.ts");
const live = () => import("../booth/live.ts");
const cib = () => import("../booth/cib.ts");

/** A verb for a booth daemon, which takes no words. */
function daemon(command: string, supported: readonly string[], about: string, most = 0): Route {
  return {
    run: async () => (await live()).boothDaemonVerb(command, supported, most, most),
    usage: [{ synopsis: `${command} [--name <name>]`, about }],
  };
}

function ticketOperation(word: string, about: string): Route {
  return {
    run: async () => (await live()).boothDaemonVerb(`ticket ${word}`, ["--name"], 1, 2),
    usage: [{ synopsis: `ticket ${word} <ticket> [<site address>]`, about }],
  };
}

const ticketRemove: Route = { run: async () => (await setup()).ticketRemove };
const remove: Route = { run: async () => (await cib()).boothRemove };

export const booth: Noun = {
  heading: "<command>",
  words: {
    setup: {
      complete: ["sites"],
      run: async () => (await setup()).boothSetup,
      usage: [
        {
          synopsis:
            "setup sites <address> <address> [<address>...] [arbitrators <address>...] " +
            "[--booth-conf <file> --booth-key <file>] [--force]",
          about: "Writes the configuration of a booth and its key.",
        },
      ],
    },
    destroy: daemon("destroy", ["--force", "--name"], "Removes the files of a booth."),
    config: {
      run: async () => (await setup()).boothConfig,
      usage: [{ synopsis: "config [<node>]", about: "Shows the configuration of a booth." }],
    },
    ticket: {
      words: {
        add: {
          run: async () => (await setup()).ticketAdd,
          usage: [
            {
              synopsis: "ticket add <ticket> [<name>=<value>...] [--force]",
              about: "Adds a ticket to the configuration.",
            },
          ],
        },
        delete: {
          ...ticketRemove,
          usage: [
            {
              synopsis: "ticket delete | remove <ticket>",
              about: "Removes a ticket from the configuration.",
            },
          ],
        },
        remove: ticketRemove,
        cleanup: {
          run: async () => (await live()).ticketCleanup,
          usage: [
            {
              synopsis: "ticket cleanup [<ticket>]",
              about: "Removes a ticket, or all that are not configured any more, from the CIB.",
            },
          ],
        },
        grant: ticketOperation("grant", "Gives a ticket to a site."),
        revoke: ticketOperation("revoke", "Takes a ticket from a site."),
        standby: {
          run: async () => (await live()).ticketStandby,
          usage: [{ synopsis: "ticket standby <ticket>", about: "Puts a ticket to standby." }],
        },
        unstandby: {
          run: async () => (await live()).ticketUnstandby,
          usage: [{ synopsis: "ticket unstandby <ticket>", about: "Makes a ticket active again." }],
        },
      },
    },
    create: {
      complete: ["ip"],
      run: async () => (await cib()).boothCreate,
      usage: [
        {
          synopsis: "create ip <address>",
          about: "Has the cluster run the booth, with an address of its own.",
        },
      ],
    },
    delete: {
      ...remove,
      usage: [{ synopsis: "delete | remove", about: "Removes these resources." }],
    },
    remove,
    restart: daemon("restart", ["--force", "--name"], "Restarts the booth that the cluster runs."),
    sync: daemon(
      "sync",
      ["--skip-offline", "--name", "--booth-conf", "--booth-key", "--request-timeout"],
      "Sends the configuration to the other nodes.",
    ),
    pull: daemon("pull", ["--name", "--request-timeout"], "Fetches the configuration.", 1),
    enable: daemon("enable", ["--name"], "Starts the booth with the machine."),
    disable: daemon("disable", ["--name"], "Does not start the booth with the machine."),
    start: daemon("start", ["--name"], "Starts the booth of this machine."),
    stop: daemon("stop", ["--name"], "Stops the booth of this machine."),
    status: daemon("status", ["--name"], "Shows the booth of this machine."),
  },
};
