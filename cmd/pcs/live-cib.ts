import { err, ok, type Result } from "../../internal/base/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { CibCall } from "../../internal/node/mod.ts";
import type { CibStore } from "../../internal/pcs/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";

/** The running cluster's CIB, through the engine of this node. */
export function liveCib(): CibStore {
  return {
    live: true,
    read: () => readCib(),
    write: async (_before, after) => {
      // TODO(frame): as a patch once internal/cib has diffCib.
      const configuration = after.first("configuration")!;
      return change({
        operation: "replace",
        scope: "configuration",
        input: printXml(configuration),
      });
    },
    upgrade: async () => {
      const upgraded = await change({ operation: "upgrade" });
      return upgraded.ok ? readCib() : upgraded;
    },
  };
}

async function readCib(): Promise<Result<Element, string>> {
  const answer = await callEngine("cib", { operation: "query" });
  if (!answer.ok || answer.value.output === null) return err("unable to get cib");
  const parsed = parseXml(answer.value.output);
  return parsed.ok ? ok(parsed.value) : err("unable to get cib");
}

async function change(call: CibCall): Promise<Result<null, string>> {
  const answer = await callEngine("cib", call);
  return answer.ok ? ok(null) : err(answer.error.message);
}
