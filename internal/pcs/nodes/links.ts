import type { ConfSection } from "../../corosync-conf/mod.ts";
import type { Pairs } from "../checks/mod.ts";
import { checkLinkKnet } from "../corosync/check-options.ts";
import { readCorosyncConf, writeCorosyncConf } from "../corosync/file.ts";
import {
  linkSections,
  nodesOf,
  removeLink,
  setLink,
  setLinkAddresses,
  usesUdp,
} from "../corosync/model.ts";
import { LINKS_MAX } from "../corosync/tables.ts";
import { groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import { requireStopped } from "./stopped.ts";

const SPREADING = ["--request-timeout", "--skip-offline"];

function linksOf(conf: ConfSection): number[] {
  const all = nodesOf(conf).flatMap((node) => node.addresses.map(({ link }) => link));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Every node of the cluster has an address, no other has, and all resolve. */
async function checkAddresses(
  context: PcsContext,
  conf: ConfSection,
  addresses: Pairs,
  options: Options,
  all: boolean,
): Promise<void> {
  const names = nodesOf(conf).flatMap((node) => (node.name === null ? [] : [node.name]));
  const missing = names.filter((name) => !addresses.has(name)).sort();
  if (all && missing.length > 0) {
    context.report.error(
      `${plural(missing, "Node")} ${formatList(missing)} ${plural(missing, "is")} not specified, ` +
        "all nodes must be specified",
    );
  }
  const unknown = [...addresses.keys()].filter((name) => !names.includes(name)).sort();
  for (const name of unknown) {
    context.report.error(`Node '${name}' does not appear to exist in configuration`);
  }
  const used = new Set(nodesOf(conf).flatMap((node) => node.addresses.map((a) => a.address)));
  const again = [...addresses.values()].filter((address) => used.has(address)).sort();
  if (again.length > 0) {
    context.report.error(
      `Node addresses ${formatList(again)} are already used by existing nodes; please, use other ` +
        "addresses",
    );
  }
  const lost: string[] = [];
  for (const address of addresses.values()) {
    if (!(await context.env.resolves(address))) lost.push(address);
  }
  if (lost.length === 0) return;
  const text = `Unable to resolve addresses: ${formatList(lost.sort())}`;
  if (options.force) context.report.warning(text);
  else context.report.error(text, "--force");
}

/** `cluster link add NODE=ADDRESS... [options OPTION=VALUE...]`. */
export async function linkAdd(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", ...SPREADING]);
  if (argv.length === 0) throw new CommandLineError();
  const groups = groupByKeywords(argv, ["options"], "nodes");
  const addresses = keyValues(groups.flat("nodes"));
  const settings = keyValues(groups.flat("options"));
  const conf = await readCorosyncConf(context);
  if (usesUdp(conf)) {
    context.report.error(
      "Cluster is using udp/udpu transport which does not support more than one link",
    );
    context.report.stopOnErrors();
  }
  const links = linksOf(conf);
  if (links.length >= LINKS_MAX) {
    context.report.error(
      `Cannot add ${links.length + 1} links, at most ${LINKS_MAX} are supported`,
    );
  }
  await checkAddresses(context, conf, addresses, options, true);
  context.report.all(checkLinkKnet(settings));
  const asked = settings.get("linknumber");
  if (asked !== undefined && links.includes(Number(asked))) {
    context.report.error(`Cannot create link '${asked}', it already exists`);
  }
  context.report.stopOnErrors();
  let link = asked === undefined ? 0 : Number(asked);
  while (links.includes(link)) link += 1;
  setLinkAddresses(conf, link, addresses);
  const rest = new Map(settings);
  rest.delete("linknumber");
  if (rest.size > 0) setLink(conf, rest, linkSections(conf, link), String(link));
  await writeCorosyncConf(context, conf, options.has("--skip-offline"));
}

/** `cluster link remove LINK...`. */
export async function linkRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(SPREADING);
  if (argv.length === 0) throw new CommandLineError();
  const conf = await readCorosyncConf(context);
  const links = linksOf(conf);
  const existing = formatList(links.map(String));
  if (usesUdp(conf)) {
    context.report.error(
      "Cluster is using udp/udpu transport which does not support more than one link",
    );
  }
  const twice = argv.filter((word, at) => argv.indexOf(word) !== at);
  if (twice.length > 0) {
    context.report.error(
      `Link numbers must be unique, duplicate link numbers: ${formatList(twice)}`,
    );
  }
  const unknown = argv.filter((word) => !links.map(String).includes(word));
  if (unknown.length > 0) {
    context.report.error(
      `Cannot remove non-existent ${plural(unknown, "link")} ${formatList(unknown)}, existing ` +
        `links: ${existing}`,
    );
  }
  if (unknown.length === 0 && new Set(argv).size >= links.length) {
    context.report.error(`Cannot remove all links from the cluster, at least one must be left`);
  }
  context.report.stopOnErrors();
  for (const word of argv) removeLink(conf, Number(word));
  await writeCorosyncConf(context, conf, options.has("--skip-offline"));
}

/** `cluster link update LINK [NODE=ADDRESS...] [options OPTION=VALUE...]`: the cluster is stopped. */
export async function linkUpdate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", ...SPREADING]);
  const [number, ...words] = argv;
  if (number === undefined || words.length === 0) throw new CommandLineError();
  const groups = groupByKeywords(words, ["options"], "nodes");
  const addresses = keyValues(groups.flat("nodes"));
  const settings = keyValues(groups.flat("options"));
  const conf = await readCorosyncConf(context);
  const links = linksOf(conf);
  if (!links.map(String).includes(number)) {
    context.report.error(
      `Cannot set options for non-existent link '${number}', existing links: ` +
        formatList(links.map(String)),
    );
    context.report.stopOnErrors();
  }
  await checkAddresses(context, conf, addresses, options, false);
  context.report.stopOnErrors();
  await requireStopped(context, options.has("--skip-offline"));
  setLinkAddresses(conf, Number(number), addresses);
  setLink(conf, settings, linkSections(conf, Number(number)), number);
  await writeCorosyncConf(context, conf, options.has("--skip-offline"));
}
