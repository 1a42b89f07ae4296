/** CIBs of any size, deterministic, for measuring how the scheduler's cost grows. */

export const SHAPES = ["plain", "coloc", "order", "star", "sets", "clones", "groups"] as const;
export type Shape = (typeof SHAPES)[number];

export interface ScaleOptions {
  nodes: number;
  resources: number;
  shape: Shape;
  /** Everything runs and nothing is to be done; without it, all is to be probed and started. */
  history: boolean;
}

const MAGIC = "1:1:0:00000000-0000-0000-0000-000000000000";

/** The text of a CIB. */
export function scaleCib(options: ScaleOptions): string {
  const { nodes, resources } = options;
  const ids = Array.from({ length: resources }, (_, i) => `r${i}`);
  const nodeList = Array.from(
    { length: nodes },
    (_, i) => `<node id="${i + 1}" uname="n${i + 1}"/>`,
  );
  return (
    '<cib crm_feature_set="3.20.0" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" ' +
    'num_updates="0" have-quorum="1" dc-uuid="1" execution-date="1800000000"><configuration>' +
    '<crm_config><cluster_property_set id="p"><nvpair id="p-f" name="stonith-enabled" ' +
    'value="false"/></cluster_property_set></crm_config>' +
    `<nodes>${nodeList.join("")}</nodes><resources>${resourceText(ids, options.shape)}</resources>` +
    `<constraints>${constraints(ids, options)}</constraints></configuration>` +
    `<status>${nodeList.map((_, n) => nodeState(ids, n, options)).join("")}</status></cib>`
  );
}

function resourceText(ids: readonly string[], shape: Shape): string {
  const out: string[] = [];
  const every = shape === "groups" ? 20 : shape === "plain" ? 4 : 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const grouped = every > 0 && (shape === "groups" || i % 20 < 4) && i + every <= ids.length;
    if (grouped) {
      const members = ids.slice(i, i + every).map(primitive);
      out.push(`<group id="g${i}">${members.join("")}</group>`);
      i += every - 1;
    } else if (isClone(shape, i)) {
      const meta = `<meta_attributes id="${id}-m"><nvpair id="${id}-i" name="interleave" value="true"/></meta_attributes>`;
      out.push(`<clone id="c${i}">${meta}${primitive(id)}</clone>`);
    } else out.push(primitive(id));
  }
  return out.join("");
}

const isClone = (shape: Shape, i: number) =>
  shape === "clones" ? i % 10 === 0 : shape === "plain" && i % 50 === 10;

function primitive(id: string): string {
  return (
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">` +
    `<operations><op id="${id}-op" name="monitor" interval="10s"/></operations></primitive>`
  );
}

function constraints(ids: readonly string[], { shape, nodes }: ScaleOptions): string {
  const out: string[] = [];
  const last = ids.length;
  for (let i = 1; i < last; i++) {
    if (shape === "coloc") {
      out.push(`<rsc_colocation id="co${i}" rsc="r${i}" with-rsc="r${i - 1}" score="INFINITY"/>`);
    } else if (shape === "order") {
      out.push(`<rsc_order id="or${i}" first="r${i - 1}" then="r${i}"/>`);
    } else if (shape === "star") {
      out.push(`<rsc_colocation id="co${i}" rsc="r${i}" with-rsc="r0" score="INFINITY"/>`);
    } else if (shape === "plain" && i % 20 === 6) {
      const node = `n${(i % nodes) + 1}`;
      out.push(`<rsc_location id="lo${i}" rsc="r${i}" node="${node}" score="100"/>`);
      out.push(`<rsc_order id="or${i}" first="r${i}" then="r${i + 1 < last ? i + 1 : i - 1}"/>`);
    } else if (shape === "clones" && i % 10 === 0) {
      out.push(`<rsc_order id="or${i}" first="c${i - 10}" then="c${i}"/>`);
      out.push(`<rsc_colocation id="co${i}" rsc="c${i}" with-rsc="c${i - 10}" score="INFINITY"/>`);
    } else if (shape === "sets" && i % 20 === 0) {
      const side = (from: number, name: string) => {
        const refs = ids.slice(from, from + 10).map((id) => `<resource_ref id="${id}"/>`);
        return `<resource_set id="s${i}-${name}" sequential="false">${refs.join("")}</resource_set>`;
      };
      out.push(`<rsc_order id="or${i}">${side(i - 20, "a")}${side(i - 10, "b")}</rsc_order>`);
    }
  }
  return out.join("");
}

/** Chains and stars are on one node, groups together, clones everywhere, all else spread. */
function runsOn(i: number, { shape, nodes }: ScaleOptions): number {
  if (shape === "coloc" || shape === "star") return 0;
  if (shape === "groups") return Math.floor(i / 20) % nodes;
  if (shape === "plain" && i % 20 < 4) return Math.floor(i / 20) % nodes;
  return i % nodes;
}

function nodeState(ids: readonly string[], n: number, options: ScaleOptions): string {
  const operation = (id: string, task: string, rc: number, call: number, interval: number) =>
    `<lrm_rsc_op id="${id}_${interval === 0 ? "last_0" : `${task}_${interval}`}" operation_key="${id}_${task}_${interval}" ` +
    `operation="${task}" crm_feature_set="3.20.0" interval="${interval}" transition-key="${MAGIC}" ` +
    `transition-magic="0:${rc};${MAGIC}" call-id="${call}" rc-code="${rc}" op-status="0" on_node="n${n + 1}"/>`;
  const history = options.history
    ? ids.map((id, i) => {
        const active = runsOn(i, options) === n || isClone(options.shape, i);
        const operations = active
          ? operation(id, "start", 0, 2, 0) + operation(id, "monitor", 0, 3, 10_000)
          : operation(id, "monitor", 7, 1, 0);
        return `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="Dummy">${operations}</lrm_resource>`;
      })
    : [];
  return (
    `<node_state id="${n + 1}" uname="n${n + 1}" in_ccm="true" crmd="online" join="member" ` +
    `expected="member"><lrm id="${n + 1}"><lrm_resources>${history.join("")}</lrm_resources></lrm></node_state>`
  );
}
