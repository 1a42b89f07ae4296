import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { Exit } from "../frame/report.ts";
import { PCSD_PORT } from "./access.ts";
import { memberNames } from "./members.ts";

/** State of the pcsd of each node: a line each, and whether all are as they should be. */
export async function pcsdStates(
  context: PcsContext,
  names: readonly string[],
): Promise<{ lines: string[]; allWell: boolean }> {
  const known = await context.env.nodes.known();
  let allWell = true;
  const lines = await Promise.all(
    names.map(async (name) => {
      // Of a host that is not known: whether there is a pcsd that would let us in.
      const stranger = { destinations: [{ addr: name, port: PCSD_PORT }], token: "" };
      const host = known.get(name) ?? stranger;
      const answer = await context.env.nodes.call(host, "remote/check_auth");
      if (answer.ok) return `  ${name}: Online`;
      allWell = false;
      const unauthorized = answer.layer === "authentication";
      return unauthorized ? `  ${name}: Unable to authenticate` : `  ${name}: Offline`;
    }),
  );
  return { lines, allWell };
}

async function ownMembers(context: PcsContext): Promise<string[]> {
  const store = context.env.corosyncConf;
  const text = await store.read();
  if (!text.ok) context.die(`Unable to read ${store.path}: ${text.error}`);
  return memberNames(context);
}

/** `pcsd status [NODE]...` and `status pcsd`. Exit code 2 when one is not as it should be. */
export async function pcsdStatus(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout"]);
  const names = argv.length > 0 ? argv : await ownMembers(context);
  const { lines, allWell } = await pcsdStates(context, names);
  context.print(...lines);
  if (!allWell) throw new Exit(2);
}
