import type { PcsContext } from "../frame/context.ts";
import { explainFailure } from "./access.ts";
import { askAll, type Target } from "./everywhere.ts";

/** A file to be put on nodes, by pcsd's name for its kind. */
export interface NodeFile {
  id: string;
  type: string;
  content: Uint8Array | string;
}

interface PutAnswer {
  files?: Record<string, { code: string; message: string }>;
}

/** Puts files on all nodes, over what is there; reports each and ends the verb on a failure. */
export async function sendFiles(
  context: PcsContext,
  nodes: readonly Target[],
  files: readonly NodeFile[],
): Promise<void> {
  const names = nodes.map((node) => `'${node.name}'`).join(", ");
  context.report.info(`Sending ${files.map((file) => `'${file.id}'`).join(", ")} to ${names}`);
  const body = Object.fromEntries(
    files.map(({ id, type, content }) => [
      id,
      {
        type,
        data: typeof content === "string" ? content : Buffer.from(content).toString("base64"),
        rewrite_existing: true,
      },
    ]),
  );
  const form = { data_json: JSON.stringify(body) };
  await askAll(
    context,
    nodes,
    "remote/put_file",
    () => form,
    (target, answer) => {
      if (!answer.ok) {
        context.report.error(explainFailure(target.name, answer));
        return;
      }
      const outcomes = parse<PutAnswer>(answer.body)?.files ?? {};
      for (const { id } of files) {
        const outcome = outcomes[id];
        if (["written", "rewritten", "same_content"].includes(outcome?.code ?? "")) {
          context.report.info(`${target.name}: successful distribution of the file '${id}'`);
        } else {
          const why = outcome?.message ?? "the node's answer is not understood";
          context.report.error(`${target.name}: unable to distribute file '${id}': ${why}`);
        }
      }
    },
  );
  context.report.stopOnErrors();
}

/** Removes pcsd's own settings from nodes that join a new cluster. */
export async function removeSettings(context: PcsContext, nodes: readonly Target[]): Promise<void> {
  await removeFile(context, nodes, { id: "pcsd settings", type: "pcsd_settings" }, (reason) =>
    context.report.error(reason),
  );
}

/** Removes a file from all nodes; reports each, `failed` says why where it could not be done. */
export async function removeFile(
  context: PcsContext,
  nodes: readonly Target[],
  file: Pick<NodeFile, "id" | "type">,
  failed: (reason: string) => void,
): Promise<void> {
  const names = nodes.map((node) => `'${node.name}'`).join(", ");
  context.report.info(`Requesting remove '${file.id}' from ${names}`);
  const form = { data_json: JSON.stringify({ [file.id]: { type: file.type } }) };
  await askAll(
    context,
    nodes,
    "remote/remove_file",
    () => form,
    (target, answer) => {
      if (answer.ok) {
        context.report.info(`${target.name}: successful removal of the file '${file.id}'`);
      } else failed(explainFailure(target.name, answer));
    },
  );
  context.report.stopOnErrors();
}

export function parse<T>(body: string): T | null {
  try {
    return JSON.parse(body) as T;
  } catch {
    return null;
  }
}
