import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import type { Verb } from "../frame/route.ts";
import { joinLines } from "../frame/text.ts";
import { ticketNames } from "./config-file.ts";
import { boothFiles, readBoothConf } from "./files.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

/** A verb that works on a booth daemon: its command line is checked, then it says what is missing. */
export function boothDaemonVerb(
  command: string,
  supported: readonly string[],
  least = 0,
  most = least,
): Verb {
  return (context, argv, options) => {
    options.allowOnly(supported);
    if (argv.length < least || argv.length > most) throw new CommandLineError();
    context.die(`'pcs booth ${command}' needs a booth daemon, which is not part of muster`);
  };
}

export const boothStatus = boothDaemonVerb("status", ["--name"]);

/** `booth ticket standby TICKET`. */
export async function ticketStandby(...[context, argv, options]: Arguments): Promise<void> {
  await requireTicket(context, argv, options);
  await setStandby(context, argv[0]!);
}

/** `booth ticket unstandby TICKET`. */
export async function ticketUnstandby(...[context, argv, options]: Arguments): Promise<void> {
  await requireTicket(context, argv, options);
  context.report.info(`Changing state of ticket '${argv[0]}' to active`);
  await crmTicket(context, argv[0]!, "unstandby", ["--activate"]);
}

/** `booth ticket cleanup [TICKET]`: without one, all that booth does not know any more. */
export async function ticketCleanup(...[context, argv, options]: Arguments): Promise<void> {
  if (argv.length > 0) {
    await requireTicket(context, argv, options);
    await cleanUp(context, argv[0]!);
    return;
  }
  options.allowOnly(["--name"]);
  const files = boothFiles(context, options);
  const known = ticketNames(await readBoothConf(context, files));
  const cib = await context.cib();
  const states = cib.first("status")?.first("tickets")?.elements("ticket_state") ?? [];
  const ours = states.filter((state) => state.get("booth-cfg-name") === files.name);
  const stale = ours.map(({ id }) => id).filter((id) => !known.includes(id));
  for (const ticket of stale.sort()) await cleanUp(context, ticket);
}

async function requireTicket(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly([]);
  const [ticket] = argv;
  if (ticket === undefined || argv.length > 1) throw new CommandLineError();
  const cib = await context.cib();
  const states = cib.first("status")?.first("tickets")?.elements("ticket_state") ?? [];
  if (states.some(({ id }) => id === ticket)) return;
  context.report.error(`Unable to find ticket '${ticket}' in CIB`);
  throw new LibraryError();
}

/** A ticket is put to standby before it goes, so that its loss fences nobody. */
async function cleanUp(context: PcsContext, ticket: string): Promise<void> {
  await setStandby(context, ticket);
  context.report.info(`Cleaning up ticket '${ticket}' from CIB`);
  await crmTicket(context, ticket, "cleanup", ["--cleanup", "--force"]);
}

async function setStandby(context: PcsContext, ticket: string): Promise<void> {
  context.report.info(`Changing state of ticket '${ticket}' to standby`);
  await crmTicket(context, ticket, "standby", ["--standby"]);
}

async function crmTicket(
  context: PcsContext,
  ticket: string,
  operation: string,
  words: readonly string[],
): Promise<void> {
  const run = await context.env.tool(["crm_ticket", ...words, "--ticket", ticket]);
  if (run.code === 0) return;
  const reason = joinLines([run.stderr, run.stdout]);
  context.report.error(`unable to ${operation} booth ticket '${ticket}', reason: ${reason}`);
  throw new LibraryError();
}
