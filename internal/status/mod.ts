export { clusterStatusXml, type StatusReport, writeClusterStatus } from "./cluster-status.ts";
export { type Explanation, explainResource, type NodeExplanation } from "./explain/explain.ts";
export { explanationText } from "./explain/text.ts";
export { nodeSelected, SECTIONS, type Section, type ShowOptions } from "./options.ts";
export { type HtmlOptions, htmlPage } from "./output/html-page.ts";
export { HtmlSink } from "./output/html-sink.ts";
export type { Rich, Sink, Span } from "./output/sink.ts";
export { TextSink } from "./output/text-sink.ts";
export { writeResource } from "./resource/collective.ts";
export { countInstances, type InstanceCounts } from "./resource/count.ts";
export { findResource } from "./resource/find.ts";
export { writeResourceList } from "./resource/list.ts";
export { agentName, primitiveLine } from "./resource/primitive.ts";
export {
  currentNode,
  displayedRole,
  isActive,
  isDisabled,
  nodesOf,
  printableId,
} from "./resource/state.ts";
export { resourcesXml, resourceXml } from "./resource/xml.ts";
export { failCount } from "./section/fail-count.ts";
export { parseOperationKey } from "./section/failures.ts";
export { fenceEventText, fenceEventXml } from "./section/fencing.ts";
export type { FenceEvent, HistorySelection } from "./section/fencing-history.ts";
export { historyXml, writeHistory } from "./section/history.ts";
export { nodesXml, writeNodes } from "./section/nodes.ts";
export { maintenanceNotice, type SummaryFacts } from "./section/summary.ts";
export { eventText, eventXml, type SimulatedEvent } from "./simulate/events.ts";
export { type SimulationResult, simulateTransition } from "./simulate/execute.ts";
export { hasInjections, type InjectionLog, type Injections, inject } from "./simulate/inject.ts";
export { AmbiguousNode, UnknownNode } from "./simulate/status-writer.ts";
export { type TimeTexts, timeTexts } from "./times.ts";
export { type PlannedChange, plannedChanges } from "./transition/decide.ts";
export {
  type NodeChange,
  nodeChanges,
  transitionXml,
  writeTransition,
} from "./transition/summary.ts";
