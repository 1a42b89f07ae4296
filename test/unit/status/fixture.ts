import { unpackStatus, type WorkingSet } from "../../../internal/scheduler/mod.ts";
import {
  clusterStatusXml,
  HtmlSink,
  SECTIONS,
  type Section,
  type ShowOptions,
  type StatusReport,
  TextSink,
  timeTexts,
  writeClusterStatus,
} from "../../../internal/status/mod.ts";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

export const NOW_MS = 1_700_000_000_000;

export function element(text: string): Element {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const op = (task: string, call: number, rc = 0, interval = 0, expected = rc) => {
  const key = `${call}:1:${expected}:00000000-0000-0000-0000-000000000000`;
  return { task, call, rc, interval, key };
};

/** History of one resource on a node: operations as [task, rc, interval in ms]. */
export function history(
  id: string,
  agent: string,
  operations: [task: string, rc: number, interval?: number, expected?: number][],
): string {
  const [cls, provider, type] = agent.split(":");
  const entries = operations.map(([task, rc, interval, expected], i) => {
    const one = op(task, i + 1, rc, interval, expected ?? rc);
    const name = interval ? `${id}_${task}_${interval}` : `${id}_${task}`;
    return (
      `<lrm_rsc_op id="${name}" operation_key="${id}_${task}_${one.interval}" operation="${task}" ` +
      `transition-key="${one.key}" transition-magic="0:${rc};${one.key}" call-id="${one.call}" ` +
      `rc-code="${rc}" op-status="0" interval="${one.interval}" last-rc-change="1699999000"/>`
    );
  });
  return (
    `<lrm_resource id="${id}" class="${cls}" provider="${provider}" type="${type}">` +
    `${entries.join("")}</lrm_resource>`
  );
}

export function nodeState(id: number, histories: string, online = true, attributes = ""): string {
  const up = online
    ? 'in_ccm="true" crmd="online" join="member" expected="member"'
    : 'in_ccm="false" crmd="offline" join="down" expected="down"';
  return (
    `<node_state id="${id}" uname="node${id}" ${up}>` +
    `<lrm id="${id}"><lrm_resources>${histories}</lrm_resources></lrm>${attributes}</node_state>`
  );
}

export function cibOf(
  resources: string,
  status: string,
  constraints = "",
  properties = "",
): Element {
  const property = (name: string, value: string) =>
    `<nvpair id="p-${name}" name="${name}" value="${value}"/>`;
  return element(
    `<cib validate-with="pacemaker-4.0" have-quorum="1" dc-uuid="1" admin_epoch="0" epoch="1" num_updates="0">` +
      `<configuration><crm_config><cluster_property_set id="p">${property("stonith-enabled", "false")}` +
      `${property("cluster-infrastructure", "corosync")}${property("dc-version", "3.0.0")}${properties}` +
      `</cluster_property_set></crm_config>` +
      `<nodes>${[1, 2, 3].map((i) => `<node id="${i}" uname="node${i}"/>`).join("")}</nodes>` +
      `<resources>${resources}</resources><constraints>${constraints}</constraints></configuration>` +
      `<status>${status}</status></cib>`,
  );
}

export function read(cib: Element): WorkingSet {
  return unpackStatus(cib, { nowMs: NOW_MS });
}

function report(cib: Element, sections: readonly Section[], options: ShowOptions): StatusReport {
  return {
    working: read(cib),
    sections: new Set(sections),
    options,
    facts: { lastUpdate: "now", onNode: null, daemonState: null },
    times: timeTexts(() => 0),
    banPrefix: "",
    fencing: null,
    fullFencing: false,
  };
}

export function text(
  cib: Element,
  sections: readonly Section[],
  options: ShowOptions = {},
): string {
  const sink = new TextSink();
  writeClusterStatus(sink, report(cib, sections, options));
  return sink.take();
}

export function html(
  cib: Element,
  sections: readonly Section[],
  options: ShowOptions = {},
): string {
  const sink = new HtmlSink();
  writeClusterStatus(sink, report(cib, sections, options));
  return sink.page();
}

export function xml(cib: Element, options: ShowOptions = {}): string {
  const parts = clusterStatusXml(report(cib, SECTIONS, { inactive: true, ...options }));
  return parts.map((part) => printXml(part)).join("");
}
