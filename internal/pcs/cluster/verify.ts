import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";

/** Lines in which crm_verify asks for more `-V`. */
const MORE_VERBOSE = /.*-V( -V)* .*more detail.*/;

/** `cluster verify [--full]`. */
export async function clusterVerify(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--full"]);
  if (argv.length > 0) throw new CommandLineError();
  const full = options.has("--full");
  const file = options.value("-f");
  const verified = await context.env.tool([
    "crm_verify",
    ...(full ? ["-V", "-V"] : []),
    ...(file === null ? ["--live-check"] : ["--xml-file", file]),
  ]);
  if (verified.code !== 0) {
    const lines = verified.stderr.split("\n");
    const kept = lines.filter((line) => !MORE_VERBOSE.test(line));
    const hint = !full && kept.length < lines.length ? "\n\nUse --full for more details." : "";
    context.report.error(`invalid cib:\n${kept.join("\n")}${hint}`);
  }
  const cib = await context.env.cib.read();
  if (!cib.ok) throw new LibraryError();
  context.report.stopOnErrors();
}
