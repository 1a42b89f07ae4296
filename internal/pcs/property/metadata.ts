import { parseXml, printXml } from "../../xml/mod.ts";
import type { AgentParameter } from "../agent/model.ts";
import { parseAgentMetadata } from "../agent/parse.ts";
import type { PcsContext } from "../frame/context.ts";
import { error, LibraryError } from "../frame/report.ts";

/** Properties that the cluster sets itself. */
export const READ_ONLY: readonly string[] = [
  "cluster-infrastructure",
  "cluster-name",
  "dc-version",
  "have-watchdog",
];

/** All cluster properties that Pacemaker knows, in its order. */
export async function propertyMetadata(context: PcsContext): Promise<AgentParameter[]> {
  const result = await context.env.tool([
    "crm_attribute",
    "--list-options=cluster",
    "--all",
    "--output-as",
    "xml",
  ]);
  const parsed = parseXml(result.stdout);
  const agent = parsed.ok ? parsed.value.first("resource-agent") : null;
  const name = { standard: "__pcmk_internal", provider: null, type: "cluster-options" };
  const metadata = agent === null ? null : parseAgentMetadata(name, printXml(agent));
  if (metadata?.ok === true) return metadata.value.parameters;
  throw new LibraryError(
    error(`Unable to get crm_attribute metadata: ${(result.stderr || "no valid metadata").trim()}`),
  );
}
