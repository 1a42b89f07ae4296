export { clusterProperty, propertyChange } from "./bootstrap.ts";
export { type DcState, DesignatedController } from "./dc.ts";
export type * from "./dc-types.ts";
export { type Candidate, electDc } from "./election.ts";
export { type GraphAction, type GraphResource, readAction, readGraph } from "./graph.ts";
export {
  historyEntries,
  type OperationRecord,
  operationKey,
  type RecordedMetadata,
} from "./history.ts";
export {
  findNodeState,
  historyUpdate,
  lrmResource,
  type NodeName,
  nodeStatePath,
  nodeStateUpdate,
  transientAttributesPath,
} from "./node-state.ts";
export { Transition } from "./transition.ts";
export { parseTransitionKey } from "./transition-key.ts";
