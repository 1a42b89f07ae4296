import { describe, expect, test } from "bun:test";
import { lineWithoutSecrets, withoutSecrets } from "../../../cmd/incident/secrets.ts";
import { parametersDigest } from "../../../internal/controller/digest.ts";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

const SECRET = "hunter2-of-the-device";
const NOW_MS = 1_700_000_000_000;
const nvpair = (name: string, value: string): string =>
  `<nvpair id="db-${name}" name="${name}" value="${value}"/>`;

/** A service that runs since it was started with `given`; its monitor was given the same. */
function cib(given: Record<string, string>, configured = given): string {
  const pairs = Object.entries(configured).map(([name, value]) => nvpair(name, value));
  const attributes = (intervalMs: number): string => {
    const all = intervalMs === 0 ? given : { ...given, CRM_meta_timeout: "20000" };
    return `op-digest="${parametersDigest(all, intervalMs)}" interval="${intervalMs}"`;
  };
  const restart =
    'op-force-restart=" server " ' +
    `op-restart-digest="${parametersDigest({ server: given["server"] ?? "" }, 0)}"`;
  const op = (operation: string, intervalMs: number, call: number, more = ""): string =>
    `<lrm_rsc_op id="db_${intervalMs === 0 ? "last_0" : `${operation}_${intervalMs}`}" ` +
    `operation="${operation}" operation_key="db_${operation}_${intervalMs}" rc-code="0" op-status="0" ` +
    `call-id="${call}" crm_feature_set="3.20.0" ${attributes(intervalMs)} ${more} ` +
    'transition-key="1:1:0:11111111-1111-1111-1111-111111111111" ' +
    'transition-magic="0:0;1:1:0:11111111-1111-1111-1111-111111111111"/>';
  return (
    '<cib crm_feature_set="3.20.0" validate-with="pacemaker-4.0" epoch="1" num_updates="0" ' +
    'admin_epoch="0" have-quorum="1"><configuration><crm_config><cluster_property_set id="o">' +
    '<nvpair id="o-s" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>' +
    '<nodes><node id="1" uname="node1"/></nodes><resources>' +
    '<primitive id="db" class="ocf" provider="pacemaker" type="Dummy">' +
    `<instance_attributes id="db-ia">${pairs.join("")}</instance_attributes>` +
    '<operations><op id="db-mon" name="monitor" interval="10s" timeout="20s"/></operations>' +
    "</primitive></resources><constraints/></configuration><status>" +
    '<node_state id="1" uname="node1" in_ccm="1" crmd="1" join="member" expected="member"><lrm id="1">' +
    '<lrm_resources><lrm_resource id="db" class="ocf" provider="pacemaker" type="Dummy">' +
    `${op("start", 0, 2, restart)}${op("monitor", 10_000, 3)}` +
    "</lrm_resource></lrm_resources></lrm></node_state></status></cib>"
  );
}

function actions(xml: string): string[] {
  const parsed = parseXml(xml);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { graph } = schedule(parsed.value, { nowMs: NOW_MS });
  return graph.descendants("rsc_op").map((op) => op.get("operation_key") ?? "");
}

describe("an incident file", () => {
  test("has no secrets, and other values", () => {
    const xml = cib({ passwd: SECRET, api_token: SECRET, server: "10.0.0.1" });
    expect(withoutSecrets(`<cib><!-- ${SECRET} --></cib>`, NOW_MS)).not.toContain(SECRET);
    expect(withoutSecrets(xml, NOW_MS)).not.toContain(SECRET);
    expect(withoutSecrets(xml, NOW_MS)).toContain("10.0.0.1");
    expect(lineWithoutSecrets(`login password=${SECRET} ok`)).not.toContain(SECRET);
  });

  test("does not show a restart because values were hidden", () => {
    const xml = cib({ passwd: SECRET, api_token: SECRET, server: "10.0.0.1" });
    expect(actions(xml)).toEqual([]);
    expect(actions(xml.replaceAll(SECRET, "**removed**"))).not.toEqual([]);
    expect(actions(withoutSecrets(xml, NOW_MS))).toEqual([]);
  });

  test("still shows the restart of a definition that had changed", () => {
    const given = { passwd: SECRET, api_token: SECRET, server: "10.0.0.1" };
    for (const change of [{ server: "10.0.0.2" }, { api_token: "another" }]) {
      const xml = cib(given, { ...given, ...change });
      expect(actions(xml)).not.toEqual([]);
      expect(actions(withoutSecrets(xml, NOW_MS))).toEqual(actions(xml));
    }
  });
});
