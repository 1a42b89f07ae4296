import type { SeededRandom } from "./random.ts";

const monitor = (id: string, interval = "5s", role = ""): string =>
  `<op id="${id}-mon${role}" name="monitor" interval="${interval}"` +
  `${role === "" ? "" : ` role="${role}"`}/>`;
const nvpair = (owner: string, name: string, value: string): string =>
  `<nvpair id="${owner}-${name}" name="${name}" value="${value}"/>`;
const meta = (owner: string, values: Record<string, string>): string => {
  const pairs = Object.entries(values).map(([name, value]) => nvpair(owner, name, value));
  return pairs.length === 0
    ? ""
    : `<meta_attributes id="${owner}-meta0">${pairs.join("")}</meta_attributes>`;
};
const primitive = (id: string, operations: string, inside = "", type = "Dummy"): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="${type}">${inside}` +
  `<operations>${operations}</operations></primitive>`;

/** Resources that run on one node each when all is well. */
export const SINGLE = ["d1", "d2", "d3", "g1", "g2"] as const;
export const CLONES = ["c", "p"] as const;
/** What takes part in faults and cleanups. */
export const RESOURCES: readonly string[] = [...SINGLE, ...CLONES];

export interface Configuration {
  resources: string;
  constraints: string;
  /** Cluster options. */
  options: Record<string, string>;
}

/** What a random cluster runs: primitives, a group, a clone, a promotable clone, and rules. */
export function randomConfiguration(random: SeededRandom, nodes: string[]): Configuration {
  const sometimes = (): boolean => random.between(0, 2) === 0;
  const device =
    '<primitive id="fence" class="stonith" type="fence_sim"><instance_attributes id="fence-ia">' +
    `${nvpair("fence", "pcmk_host_list", nodes.join(" "))}</instance_attributes></primitive>`;
  const patient: Record<string, string> = sometimes()
    ? { "migration-threshold": "2", "failure-timeout": "60s" }
    : {};
  const promotable =
    `<clone id="p-clone">${meta("p-clone", { promotable: "true", notify: "false" })}` +
    primitive(
      "p",
      monitor("p", "7s", "Promoted") + monitor("p", "11s", "Unpromoted"),
      "",
      "Stateful",
    ) +
    "</clone>";
  const rules = [
    '<rsc_location id="loc-p" rsc="p-clone"><rule id="loc-p-rule" role="Promoted" score="100">' +
      '<expression id="loc-p-expr" attribute="#uname" operation="defined"/></rule></rsc_location>',
  ];
  if (sometimes()) {
    rules.push('<rsc_order id="o1" first="d1" then="d2"/>');
    rules.push('<rsc_colocation id="c1" rsc="d2" with-rsc="d1" score="INFINITY"/>');
  }
  if (sometimes()) rules.push('<rsc_order id="o2" first="c-clone" then="g" kind="Mandatory"/>');
  if (sometimes()) {
    const node = nodes[random.between(0, nodes.length - 1)]!;
    rules.push(`<rsc_location id="loc-d3" rsc="d3" node="${node}" score="50"/>`);
  }
  if (sometimes()) {
    rules.push(
      '<rsc_colocation id="c2" rsc="g" with-rsc="p-clone" with-rsc-role="Promoted" score="200"/>',
    );
  }
  const options: Record<string, string> = {};
  if (sometimes()) options["no-quorum-policy"] = "freeze";
  if (sometimes()) options["batch-limit"] = "2";
  const stickiness: Record<string, string> = sometimes() ? { "resource-stickiness": "100" } : {};
  return {
    resources:
      `<resources>${device}${primitive("d1", monitor("d1"), meta("d1", stickiness))}` +
      `${primitive("d2", monitor("d2", "13s"))}${primitive("d3", "", meta("d3", patient))}` +
      `<group id="g">${primitive("g1", monitor("g1"))}${primitive("g2", monitor("g2", "17s"))}` +
      `</group><clone id="c-clone">${primitive("c", monitor("c", "10s"))}</clone>${promotable}` +
      "</resources>",
    constraints: `<constraints>${rules.join("")}</constraints>`,
    options,
  };
}
