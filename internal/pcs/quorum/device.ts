import type { ConfSection } from "../../corosync-conf/mod.ts";
import { checkDevice } from "../corosync/check-options.ts";
import { readCorosyncConf, writeCorosyncConf } from "../corosync/file.ts";
import {
  addDevice,
  heuristicsRunNothing,
  nodesOf,
  quorumDevice,
  removeDevice,
  removeHeuristics,
  updateDevice,
} from "../corosync/model.ts";
import { type ArgumentGroups, groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";

const SPREADING = ["--skip-offline", "--request-timeout", "--corosync_conf"];

function deviceGroups(argv: string[]): ArgumentGroups {
  const groups = groupByKeywords(argv, ["model", "heuristics"], "generic");
  groups.repeatOnly();
  for (const keyword of ["model", "heuristics"]) {
    if (groups.isEmptyKeyword(keyword)) {
      throw new CommandLineError(`No ${keyword} options specified`);
    }
  }
  return groups;
}

function nodeIds(conf: ConfSection): string[] {
  return nodesOf(conf).flatMap((node) => (node.nodeid === null ? [] : [node.nodeid]));
}

function warnOfIdleHeuristics(context: PcsContext, conf: ConfSection): void {
  if (!heuristicsRunNothing(conf)) return;
  context.report.warning(
    "No exec_NAME options are specified, so heuristics are effectively disabled",
  );
}

/** `quorum device add [k=v...] model MODEL [k=v...] [heuristics k=v...]`. */
export async function deviceAdd(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", ...SPREADING]);
  const groups = deviceGroups(argv);
  const [model, ...modelWords] = groups.flat("model");
  if (model === undefined || model.includes("=")) throw new CommandLineError();
  const generic = keyValues(groups.flat("generic"));
  const modelOptions = keyValues(modelWords);
  const heuristics = keyValues(groups.flat("heuristics"));
  if (generic.has("model")) {
    throw new CommandLineError("Model cannot be specified in generic options");
  }
  const conf = await readCorosyncConf(context);
  if (quorumDevice(conf) !== null)
    throw new LibraryError(error("quorum device is already defined"));
  const ids = nodeIds(conf);
  context.report.all(
    checkDevice(model, modelOptions, generic, heuristics, ids, "create", options.force),
  );
  context.report.stopOnErrors();
  addDevice(conf, model, modelOptions, generic, heuristics);
  warnOfIdleHeuristics(context, conf);
  await writeCorosyncConf(context, conf);
}

/** `quorum device update [k=v...] [model k=v...] [heuristics k=v...]`. */
export async function deviceUpdate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", ...SPREADING]);
  const groups = deviceGroups(argv);
  if (groups.isEmpty) throw new CommandLineError();
  const generic = keyValues(groups.flat("generic"));
  const modelOptions = keyValues(groups.flat("model"));
  const heuristics = keyValues(groups.flat("heuristics"));
  if (generic.has("model")) {
    throw new CommandLineError("Model cannot be specified in generic options");
  }
  const conf = await readCorosyncConf(context);
  const device = quorumDevice(conf);
  if (device === null) throw notDefined();
  const { model } = device;
  context.report.all(
    checkDevice(model, modelOptions, generic, heuristics, nodeIds(conf), "update", options.force),
  );
  context.report.stopOnErrors();
  updateDevice(conf, model, modelOptions, generic, heuristics);
  warnOfIdleHeuristics(context, conf);
  await writeCorosyncConf(context, conf);
}

function notDefined(): LibraryError {
  return new LibraryError(error("no quorum device is defined in this cluster"));
}

/** `quorum device remove`. */
export async function deviceRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await takeAway(context, argv, options, removeDevice);
}

/** `quorum device heuristics remove`. */
export async function heuristicsRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await takeAway(context, argv, options, removeHeuristics);
}

async function takeAway(
  context: PcsContext,
  argv: string[],
  options: Options,
  remove: (conf: ConfSection) => void,
): Promise<void> {
  options.allowOnly(SPREADING);
  if (argv.length > 0) throw new CommandLineError();
  const conf = await readCorosyncConf(context);
  if (quorumDevice(conf) === null) throw notDefined();
  remove(conf);
  await writeCorosyncConf(context, conf);
}
