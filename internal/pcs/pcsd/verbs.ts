import { needsPcsd } from "../cluster/needs-pcsd.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { pcsdStatus as statusOfNodes } from "../nodes/pcsd-status.ts";

export const pcsdStatus = statusOfNodes;

/** `pcsd certkey CERTIFICATE KEY`. */
export function certkey(context: PcsContext, argv: string[], options: Options): void {
  options.allowOnly(["--force"]);
  if (argv.length !== 2) throw new CommandLineError();
  context.die("muster's pcsd makes its own certificate, 'pcs pcsd certkey' cannot replace it yet");
}

/** `pcsd sync-certificates`. */
export function syncCertificates(context: PcsContext, argv: string[], options: Options): void {
  options.allowOnly(["--skip-offline"]);
  if (argv.length > 0) throw new CommandLineError();
  needsPcsd(context, "pcsd sync-certificates");
}
