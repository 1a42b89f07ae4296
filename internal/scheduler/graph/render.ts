import type { Element } from "../../xml/mod.ts";
import type { WorkingSet } from "../working-set.ts";
import { writeAction } from "./element.ts";
import type { Synapse } from "./graph.ts";
import { type GraphWriter, TextWriter, TreeWriter } from "./writer.ts";

/** Bytes of a piece of text, about. */
const PIECE = 1 << 16;

/**
 * The text of a graph, as `crm_simulate -G` writes it (`pretty`) or without white space, in pieces
 * of UTF-8, each good until the next is asked for: all of it may be many megabytes.
 */
export function* graphText(
  ws: WorkingSet,
  synapses: readonly Synapse[],
  pretty: boolean,
): Generator<Uint8Array> {
  const writer = new TextWriter(pretty, PIECE * 2);
  writeHead(ws, writer);
  for (let i = 0; i < synapses.length; i++) {
    writeSynapse(ws, writer, synapses[i]!, i);
    if (writer.length >= PIECE) yield writer.take();
  }
  writer.close();
  yield writer.take();
}

/** The graph as a tree. */
export function graphElement(ws: WorkingSet, synapses: readonly Synapse[]): Element {
  const writer = new TreeWriter();
  writeHead(ws, writer);
  for (let i = 0; i < synapses.length; i++) writeSynapse(ws, writer, synapses[i]!, i);
  return writer.root!;
}

function writeHead(ws: WorkingSet, writer: GraphWriter): void {
  const config = ws.config;
  writer.open("transition_graph");
  writer.set("cluster-delay", config.clusterDelay);
  writer.set("stonith-timeout", ws.properties.get("stonith-timeout") ?? "60s");
  writer.set("failed-stop-offset", "INFINITY");
  writer.set("failed-start-offset", config.startFailureFatal ? "INFINITY" : "1");
  writer.set("batch-limit", config.batchLimit);
  writer.set("transition_id", "1");
  if (Number(config.migrationLimit) > 0) writer.set("migration-limit", config.migrationLimit);
  if (ws.recheckBy > 0) writer.set("recheck-by", String(ws.recheckBy));
}

function writeSynapse(ws: WorkingSet, writer: GraphWriter, synapse: Synapse, id: number): void {
  const { action, inputs, maintenance } = synapse;
  writer.open("synapse");
  writer.set("id", String(id));
  const priority = Math.max(action.resource?.priority ?? 0, action.priority);
  if (priority > 0) writer.set("priority", String(priority));
  writer.open("action_set");
  writeAction(ws, writer, action, maintenance);
  writer.close();
  writer.open("inputs");
  for (const input of inputs) {
    writer.open("trigger");
    writeAction(ws, writer, input, null);
    writer.close();
  }
  writer.close();
  writer.close();
}
