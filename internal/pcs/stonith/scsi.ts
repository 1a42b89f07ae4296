import { groupByKeywords } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";

/**
 * `stonith update-scsi-devices ID set DEV... | [add DEV...] [delete DEV...]`. Every node would have
 * to unfence itself on the new devices first, which needs their pcsd.
 */
export async function updateScsiVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout", "--skip-offline"]);
  const [id, ...words] = argv;
  if (id === undefined || words.length === 0) throw new CommandLineError();
  const groups = groupByKeywords(words, ["set", "add", "remove", "delete"]);
  groups.repeatOnly();
  const changes = ["add", "remove", "delete"];
  const both = groups.has("set") && changes.some((word) => groups.has(word));
  const empty = ["set", ...changes].some((word) => groups.isEmptyKeyword(word));
  if (both || empty) {
    throw new CommandLineError(
      null,
      "You must specify either list of set devices or at least one device for add or delete/remove " +
        "devices",
      true,
    );
  }
  const { needsPcsd } = await import("../cluster/needs-pcsd.ts");
  needsPcsd(context, "stonith update-scsi-devices");
}
