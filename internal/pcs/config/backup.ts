import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";

/** `config backup [FILE]`. */
export function configBackup(context: PcsContext, argv: string[], options: Options): void {
  options.allowOnly(["--force"]);
  if (argv.length > 1) throw new CommandLineError();
  context.die(
    "'pcs config backup' is not part of muster yet: copy corosync.conf, the authkeys and the CIB",
  );
}

/** `config restore [FILE]`. */
export function configRestore(context: PcsContext, argv: string[], options: Options): void {
  options.allowOnly(["--local", "--request-timeout"]);
  if (argv.length > 1) throw new CommandLineError();
  context.die("'pcs config restore' is not part of muster yet");
}
