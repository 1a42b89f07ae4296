import { compareVersions, type PcsContext, type SchemaVersion } from "../frame/context.ts";
import { parseSchemaVersion } from "./version.ts";

/** Brings the stored CIB to the newest schema when it is older than that, as the older verbs do. */
export async function upgradeInPlace(context: PcsContext, version: SchemaVersion): Promise<void> {
  const read = await context.env.cib.read();
  if (!read.ok) context.die(read.error);
  else if (compareVersions(parseSchemaVersion(read.value), version) < 0) await upgradeCib(context);
}

/** Has the CIB upgraded where it is stored, at once. */
export async function upgradeCib(context: PcsContext): Promise<void> {
  const upgraded = await context.env.tool(["cibadmin", "--upgrade", "--force"]);
  const output = upgraded.stdout + upgraded.stderr;
  if (upgraded.code !== 0) context.die(`unable to upgrade cluster: ${output}`);
  context.forgetCib();
  if (output.trim() === "Upgrade unnecessary: Schema is already the latest available") return;
  context.writeError("Cluster CIB has been upgraded to latest version\n");
}
