import type { ConfSection } from "../../corosync-conf/mod.ts";
import { checkQuorum } from "../corosync/check-options.ts";
import { readCorosyncConf, writeCorosyncConf } from "../corosync/file.ts";
import { quorumDevice, quorumOptions, setQuorum } from "../corosync/model.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint, indent } from "../frame/text.ts";

function optionLines(options: ReadonlyMap<string, string>): string[] {
  const sorted = [...options].sort(([a], [b]) => byCodePoint(a, b));
  return indent(sorted.map(([name, value]) => `${name}: ${value}`));
}

/** `quorum [config]`. */
export async function quorumConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--corosync_conf"]);
  if (argv.length > 0) throw new CommandLineError();
  context.print(...quorumLines(await readCorosyncConf(context)));
}

/** Options of the quorum and its device, as text. */
export function quorumLines(conf: ConfSection): string[] {
  const lines: string[] = [];
  const quorum = quorumOptions(conf);
  if (quorum.size > 0) lines.push("Options:", ...optionLines(quorum));
  const device = quorumDevice(conf);
  if (device !== null) {
    lines.push(
      "Device:",
      ...optionLines(device.generic),
      ...indent([`Model: ${device.model}`, ...optionLines(device.modelOptions)]),
    );
    if (device.heuristics.size > 0) {
      lines.push(...indent(["Heuristics:", ...optionLines(device.heuristics)]));
    }
  }
  return lines;
}

/** `quorum update`. */
export async function quorumUpdate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--skip-offline", "--force", "--corosync_conf", "--request-timeout"]);
  const wanted = keyValues(argv);
  if (wanted.size === 0) throw new CommandLineError();
  const conf = await readCorosyncConf(context);
  const hasDevice = quorumDevice(conf) !== null;
  context.report.all(checkQuorum(wanted, "update", hasDevice, quorumOptions(conf)));
  context.report.stopOnErrors();
  if (context.env.corosyncConf.live) {
    const { requireStopped } = await import("../nodes/stopped.ts");
    await requireStopped(context, options.has("--skip-offline"));
  }
  setQuorum(conf, wanted);
  await writeCorosyncConf(context, conf, options.has("--skip-offline"));
}
