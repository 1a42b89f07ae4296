import type { Noun, Route } from "../frame/route.ts";

function verb(
  command: string,
  supported: readonly string[],
  synopsis: string,
  about: string,
): Route {
  return {
    run: async () => (await import("../qdevice/verbs.ts")).qdeviceVerb(command, supported),
    usage: [{ synopsis, about }],
  };
}

export const qdevice: Noun = {
  heading: "<command>",
  words: {
    status: verb(
      "status",
      ["--full"],
      "status <model> [--full] [<cluster>]",
      "Shows the daemon and the clusters it serves.",
    ),
    setup: {
      ...verb(
        "setup",
        ["--enable", "--start"],
        "setup model <model> [--enable] [--start]",
        "Makes this machine a host of quorum devices.",
      ),
      complete: ["model"],
    },
    destroy: verb("destroy", ["--force"], "destroy <model>", "Takes that back."),
    start: verb("start", [], "start <model>", "Starts the daemon."),
    stop: verb("stop", ["--force"], "stop <model>", "Stops the daemon."),
    kill: verb("kill", [], "kill <model>", "Ends the daemon at once."),
    enable: verb("enable", [], "enable <model>", "Starts the daemon with the machine."),
    disable: verb("disable", [], "disable <model>", "Does not start it with the machine."),
  },
};
