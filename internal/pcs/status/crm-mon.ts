import { type Element, parseXml } from "../../xml/mod.ts";
import type { PcsContext } from "../frame/context.ts";
import { error, LibraryError } from "../frame/report.ts";

/** The arguments with which the cluster's state is asked for. */
export const STATUS_XML = ["crm_mon", "--one-shot", "--inactive", "--output-as", "xml"];

/** The state of the cluster as crm_mon prints it in XML. */
export async function clusterStateXml(context: PcsContext): Promise<Element> {
  const result = await context.env.tool(STATUS_XML);
  const parsed = result.stdout === "" ? null : parseXml(result.stdout);
  if (result.code !== 0 || parsed === null) {
    const status = parsed?.ok === true ? parsed.value.first("status") : null;
    const messages =
      status
        ?.first("errors")
        ?.elements("error")
        .map((e) => e.text) ?? [];
    const said = [status?.get("message") ?? result.stderr.trim(), ...messages].join("\n");
    throw new LibraryError(
      error(
        `error running crm_mon, is pacemaker running?${said === "" ? "" : `\n  ${said.split("\n").join("\n  ")}`}`,
      ),
    );
  }
  if (!parsed.ok || parsed.value.name !== "pacemaker-result") {
    throw new LibraryError(error("cannot load cluster status, xml does not conform to the schema"));
  }
  return parsed.value;
}
