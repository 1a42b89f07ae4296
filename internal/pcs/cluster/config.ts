import { type ConfSection, lastValue } from "../../corosync-conf/mod.ts";
import { checkTotem, checkTransportKnet, checkTransportUdp } from "../corosync/check-options.ts";
import { readCorosyncConf, writeCorosyncConf } from "../corosync/file.ts";
import { cryptoOptions, setTotem, setTransport, transportOf } from "../corosync/model.ts";
import { corosyncCommand, corosyncJson, corosyncText, viewCorosyncConf } from "../corosync/show.ts";
import { TRANSPORTS, UDP_TRANSPORTS } from "../corosync/tables.ts";
import { groupByKeywords, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import type { Report } from "../frame/report.ts";
import { CommandLineError, error } from "../frame/report.ts";
import { formatList } from "../frame/text.ts";

/** `cluster config [show]`. */
export async function configShow(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--corosync_conf", "--output-format"]);
  if (argv.length > 0) throw new CommandLineError();
  const format = options.outputFormat();
  const view = viewCorosyncConf(await readCorosyncConf(context));
  if (format === "json") context.print(corosyncJson(view));
  else if (format === "text") context.print(...corosyncText(view));
  else {
    if (view.device !== null) {
      context.report.warning(
        "Quorum device configuration detected but not yet supported by this command.",
      );
    }
    context.print(corosyncCommand(view).join(" \\\n"));
  }
}

/** `cluster config update [transport ...] [compression ...] [crypto ...] [totem ...]`. */
export async function configUpdate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--corosync_conf"]);
  const groups = groupByKeywords(argv, ["transport", "compression", "crypto", "totem"]);
  const [transport, compression, crypto, totem] = [
    keyValues(groups.flat("transport")),
    keyValues(groups.flat("compression")),
    keyValues(groups.flat("crypto")),
    keyValues(groups.flat("totem")),
  ] as const;
  const conf = await readCorosyncConf(context);
  context.report.all(checkTotem(totem, "update"));
  const kind = transportOf(conf);
  if (kind === "knet") {
    const current = cryptoOptions(conf);
    context.report.all(checkTransportKnet(transport, compression, crypto, "update", current));
  } else if (UDP_TRANSPORTS.includes(kind)) {
    context.report.all(checkTransportUdp(transport, compression, crypto, "update"));
  } else context.report.add(unsupportedTransport(kind));
  context.report.stopOnErrors();
  setTotem(conf, totem);
  setTransport(conf, transport, compression, crypto);
  await writeCorosyncConf(context, conf);
}

function unsupportedTransport(transport: string): Report {
  return error(
    `Transport '${transport}' currently configured in corosync.conf is unsupported. Supported ` +
      `transport types are: ${formatList(TRANSPORTS)}`,
  );
}

/** `cluster config uuid generate`. */
export async function uuidGenerate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--corosync_conf"]);
  if (argv.length > 0) throw new CommandLineError();
  const conf = await readCorosyncConf(context);
  if (lastValue(conf, "totem", "cluster_uuid") !== null) {
    if (options.force) context.report.warning("Cluster UUID has already been set");
    else context.report.error("Cluster UUID has already been set", "--force");
    context.report.stopOnErrors();
  }
  setUuid(conf, context);
  await writeCorosyncConf(context, conf);
}

/** A new random name for the cluster, 32 hexadecimal digits. */
export function setUuid(conf: ConfSection, context: PcsContext): void {
  setTotem(conf, new Map([["cluster_uuid", context.env.uuid().replaceAll("-", "")]]));
}
