import { err, ok, type Result } from "../../internal/base/mod.ts";
import { diffCib } from "../../internal/cib/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { CibStore } from "../../internal/pcs/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";

/**
 * The running cluster's CIB, through the engine of this node. Changes go there as a patch without
 * versions: it fits whatever the CIB has become meanwhile, unless the same thing was changed.
 */
export function liveCib(): CibStore {
  return {
    live: true,
    read: () => readCib(),
    write: async (before, after) => {
      const patch = diffCib(before, after, { attributeOrder: true });
      if (patch === null) return ok(null);
      patch.first("version")?.remove();
      const answer = await callEngine("cib", {
        operation: "apply_patch",
        input: printXml(patch),
      });
      if (answer.ok) return ok(null);
      return err(`Call failed: ${answer.error.message}\n`);
    },
    upgrade: async () => {
      const answer = await callEngine("cib", { operation: "upgrade" });
      return answer.ok ? readCib() : err(answer.error.message);
    },
  };
}

async function readCib(): Promise<Result<Element, string>> {
  const answer = await callEngine("cib", { operation: "query" });
  if (!answer.ok || answer.value.output === null) return err("unable to get cib");
  const parsed = parseXml(answer.value.output);
  return parsed.ok ? ok(parsed.value) : err("unable to get cib");
}
