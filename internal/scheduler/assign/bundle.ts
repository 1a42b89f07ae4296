import { INFINITY_SCORE } from "../../base/mod.ts";
import { newColocation } from "../constraints/colocation.ts";
import { thresholdReached } from "../criteria.ts";
import type { Nested } from "../nested.ts";
import type { Node } from "../node.ts";
import type { BundleReplica, Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { assign } from "./assign.ts";
import { assignInstances, sortInstances } from "./instances.ts";
import { showScores } from "./nodes.ts";

/** Assigns a bundle's containers, then what belongs to each, then the clone inside. */
export function* assignBundle(
  ws: WorkingSet,
  bundle: Resource,
  prefer: Node | null,
  final: boolean,
): Nested<Node | null> {
  const data = bundle.bundleData!;
  bundle.assigning = true;
  showScores(ws, bundle, "pcmk__bundle_assign");
  const containers = data.replicas.map((replica) => replica.container);
  sortInstances(ws, containers);
  yield assignInstances(ws, bundle, containers, data.replicas.length, data.replicasPerHost);
  for (const replica of data.replicas) yield assignReplica(ws, bundle, replica, prefer, final);
  const inside = data.child;
  if (inside !== null) {
    const own = new Set(data.replicas.map((replica) => replica.node));
    for (const node of ws.nodesByIndex) {
      if (!inside.allowed.has(node)) continue;
      const score = own.has(node) ? 0 : -INFINITY_SCORE;
      ws.recordReplaced(inside, node, score, { kind: "bundle-node", bundle: bundle.id });
      inside.allowed.set(node, score);
    }
    yield assign(ws, inside, prefer, final);
  }
  bundle.assigning = false;
  bundle.unassigned = false;
  return null;
}

function* assignReplica(
  ws: WorkingSet,
  bundle: Resource,
  replica: BundleReplica,
  prefer: Node | null,
  final: boolean,
): Nested<void> {
  const host = replica.container.assignedTo;
  if (replica.ip !== null) yield assign(ws, replica.ip, prefer, final);
  if (replica.remote !== null) {
    if (host?.isRemote && host.connection !== null) {
      // There can be one connection at a time only, so the inner one goes where the outer one is.
      newColocation(ws, {
        id: "#replica-remote-with-host-remote",
        score: INFINITY_SCORE,
        dependent: replica.remote,
        primary: host.connection,
        influence: true,
        explicit: false,
      });
    }
    yield assign(ws, replica.remote, prefer, final);
  }
  const child = replica.child;
  if (child === null) return;
  for (const node of ws.nodesByIndex) {
    if (!child.allowed.has(node)) continue;
    if (node !== replica.node) child.allowed.set(node, -INFINITY_SCORE);
    else if (thresholdReached(ws, child, node) === null) child.allowed.set(node, INFINITY_SCORE);
    const score = child.allowed.score(node);
    ws.recordReplaced(child, node, score, { kind: "bundle-node", bundle: bundle.id });
  }
  child.parent!.assigning = true;
  yield assign(ws, child, replica.node, final);
  child.parent!.assigning = false;
}
