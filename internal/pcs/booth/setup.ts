import { checkNames, checkValue, emptyValue, hardness, oneOf } from "../checks/mod.ts";
import { checkTicketName } from "../constraint/ticket.ts";
import { groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, forceable, LibraryError, type Report } from "../frame/report.ts";
import { byCodePoint, formatList } from "../frame/text.ts";
import { type BoothLine, GLOBAL_KEYS, TICKET_KEYS, ticketNames } from "./config-file.ts";
import {
  boothConfText,
  boothFiles,
  readBoothConf,
  readBoothFile,
  writeBoothConf,
  writeBoothFile,
} from "./files.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

const KEY_BYTES = 64;

function failOn(context: PcsContext, reports: readonly Report[]): void {
  context.report.all(reports);
  if (context.report.hasErrors) throw new LibraryError();
}

/** `booth setup sites A B ... [arbitrators C ...]`. */
export async function boothSetup(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["--force", "--booth-conf", "--booth-key", "--name"]);
  const peers = groupByKeywords(argv, ["sites", "arbitrators"]);
  peers.repeatOnly();
  const [sites, arbitrators] = [peers.flat("sites"), peers.flat("arbitrators")];
  if (sites.length === 0) throw new CommandLineError();
  const files = boothFiles(context, options);
  failOn(context, checkPeers(sites, [...sites, ...arbitrators]));
  const line = (key: string) => (value: string) => ({ key, value, details: [] });
  const lines: BoothLine[] = [
    line("authfile")(files.key),
    ...sites.map(line("site")),
    ...arbitrators.map(line("arbitrator")),
  ];
  const roles = [
    ["Booth key", files.key],
    ["Booth configuration", files.config],
  ] as const;
  for (const [role, path] of roles) {
    if (options.force || !(await readBoothFile(context, files, path)).ok) continue;
    const shown = files.live ? path : "None";
    failOn(context, [forceable(false, `${role} file '${shown}' already exists`)]);
  }
  const key = context.env.nodes.randomKey(KEY_BYTES);
  await writeBoothFile(context, files, "Booth key", files.key, key);
  await writeBoothConf(context, files, lines);
}

function checkPeers(sites: readonly string[], peers: readonly string[]): Report[] {
  const reports: Report[] = [];
  if (sites.length < 2) {
    reports.push(
      error(`lack of sites for booth configuration (need 2 at least): sites ${formatList(sites)}`),
    );
  }
  if (peers.length % 2 === 0) {
    reports.push(error(`odd number of peers is required (entered ${peers.length} peers)`));
  }
  const twice = new Set(peers.filter((peer, i) => peers.indexOf(peer) !== i));
  if (twice.size > 0) {
    reports.push(error(`duplicate address for booth configuration: ${formatList(twice)}`));
  }
  return reports;
}

/** `booth config`. */
export async function boothConfig(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["--name", "--request-timeout"]);
  if (argv.length > 1) throw new CommandLineError();
  if (argv.length === 1) {
    context.die("'pcs booth config NODE' asks the node's pcsd, which muster does not do yet");
  }
  context.print((await boothConfText(context, boothFiles(context, options))).trimEnd());
}

/** `booth ticket add NAME [name=value]...`. */
export async function ticketAdd(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["--force", "--booth-conf", "--name", "--booth-key"]);
  const [name, ...words] = argv;
  if (name === undefined) throw new CommandLineError();
  const wanted = keyValues(words);
  const files = boothFiles(context, options);
  const lines = await readBoothConf(context, files);
  const mode = wanted.get("mode");
  if (mode !== undefined) wanted.set("mode", mode.toLowerCase());
  const taken = ticketNames(lines).includes(name)
    ? [error(`booth ticket name '${name}' already exists in configuration`)]
    : [];
  failOn(context, [
    ...checkTicketName(name),
    ...taken,
    ...checkTicketOptions(wanted, options.force),
  ]);
  const details = [...wanted]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([key, value]) => ({ key, value, details: [] }));
  await writeBoothConf(context, files, [...lines, { key: "ticket", value: name, details }]);
}

function checkTicketOptions(options: ReadonlyMap<string, string>, forced: boolean): Report[] {
  const hard = hardness(forced);
  const pick = (banned: boolean) =>
    new Map([...options].filter(([name]) => GLOBAL_KEYS.includes(name) === banned));
  const reports = [
    ...checkNames(pick(false), TICKET_KEYS, "booth ticket", { hard }),
    ...checkNames(pick(true), TICKET_KEYS, "booth ticket"),
  ];
  for (const [name, value] of options) {
    if (name !== "mode" && value.trim() === "") reports.push(emptyValue(name, ""));
  }
  const mode = options.get("mode");
  if (mode !== undefined) {
    reports.push(...checkValue("mode", mode.trim(), oneOf("auto", "manual"), { hard }));
  }
  return reports;
}

/** `booth ticket delete NAME`. */
export async function ticketRemove(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["--booth-conf", "--name", "--booth-key"]);
  const [name] = argv;
  if (name === undefined || argv.length > 1) throw new CommandLineError();
  const files = boothFiles(context, options);
  const lines = await readBoothConf(context, files);
  if (!ticketNames(lines).includes(name)) {
    failOn(context, [error(`booth ticket name '${name}' does not exist`)]);
  }
  const kept = lines.filter(({ key, value }) => key !== "ticket" || value !== name);
  await writeBoothConf(context, files, kept);
}
