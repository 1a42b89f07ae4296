import { invalidValue } from "../checks/mod.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import type { Verb } from "../frame/route.ts";

/** The verbs work on a qnetd daemon: their command line is checked, then they say what is missing. */
export function qdeviceVerb(command: string, supported: readonly string[]): Verb {
  return (context, argv, options) => {
    options.allowOnly(supported);
    const words = command === "setup" ? argv.slice(1) : argv;
    if (command === "setup" && argv[0] !== "model") throw new CommandLineError();
    const most = command === "status" ? 2 : 1;
    const [model] = words;
    if (model === undefined || words.length > most) throw new CommandLineError();
    if (model !== "net") throw new LibraryError(invalidValue("model", model, ["net"]));
    context.die(`'pcs qdevice ${command}' needs corosync-qnetd, which is not part of muster`);
  };
}

export const qdeviceStatus = qdeviceVerb("status", ["--full"]);
