import { describe, expect, test } from "bun:test";
import { type UpgradeRemark, upgradeCib } from "../../../internal/cib/mod.ts";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

function cib(schema: string, inside: string): Element {
  const parsed = parseXml(
    `<cib validate-with="${schema}"><configuration>${inside}</configuration><status/></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function upgrade(schema: string, inside: string, remarks: UpgradeRemark[] = []): string {
  const result = upgradeCib(cib(schema, inside), (remark) => remarks.push(remark));
  if (!result.ok) throw new Error(result.error.message);
  expect(result.value.get("validate-with")).toBe("pacemaker-4.0");
  return result.value
    .first("configuration")!
    .elements()
    .map((section) => printXml(section))
    .join("");
}

const resources = (inside: string) => `<resources>${inside}</resources>`;
const dummy = (id: string, inside = "") =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"${inside === "" ? "/>" : `>${inside}</primitive>`}`;

describe("upgrade to pacemaker-4.0", () => {
  test("what is there already, or has no schema, is left alone", () => {
    for (const schema of ["pacemaker-4.0", "none"]) {
      const document = cib(schema, resources("<master/>"));
      const result = upgradeCib(document);
      expect(result.ok && result.value === document).toBe(true);
    }
    expect(upgradeCib(cib("pacemaker-9.9", "")).ok).toBe(false);
  });

  test("a step that is not needed changes nothing but the version", () => {
    const sets =
      '<meta_attributes id="m1"><nvpair id="a" name="n" value="1"/><nvpair id="b" name="n" value="2"/></meta_attributes>' +
      '<operations/><meta_attributes id="m2" score="9"/>';
    const before = resources(dummy("A", sets));
    expect(upgrade("pacemaker-3.9", before)).toBe(before);
  });

  test("sets are sorted behind the rest, one pair stays per name, references stay references", () => {
    const inside = dummy(
      "A",
      '<meta_attributes id="m1"><nvpair id="a" name="n" value="1"/><nvpair id="b" name="n" value="2"/></meta_attributes>' +
        '<operations/><meta_attributes id="m2" score="9"/>',
    );
    const other = dummy("B", '<meta_attributes id-ref="m1"/>');
    const text = upgrade(
      "pacemaker-3.9",
      resources(`${inside}${other}<master id="M">${dummy("C")}</master>`),
    );
    expect(text).toContain(
      '<operations/><meta_attributes id="m2" score="9"/><meta_attributes id="m1"><nvpair id="a" name="n" value="1"/></meta_attributes>',
    );
    expect(text).toContain('<meta_attributes id-ref="m1"/>');
    expect(text).toContain(
      '<clone id="M"><meta_attributes id="pcmk__3_10_upgrade-promotable-legacy-M',
    );
  });

  test("several rules become several constraints, a lifetime becomes part of the rule", () => {
    const rule = (id: string) =>
      `<rule id="${id}" score="1"><expression id="${id}-e" attribute="a" operation="defined"/></rule>`;
    const time =
      '<lifetime><rule id="t"><date_expression id="d" operation="gt" start="2020-01-01"/></rule></lifetime>';
    const text = upgrade(
      "pacemaker-3.0",
      `<constraints><rsc_location id="l" rsc="A">${rule("r1")}${rule("r2")}</rsc_location>` +
        `<rsc_location id="k" rsc="A" node="n" score="5">${time}</rsc_location></constraints>` +
        '<acls><acl_role id="o"><acl_permission id="p" kind="read" reference="l"/></acl_role></acls>',
    );
    expect(text).toContain('<rsc_location id="pcmk__3_10_upgrade-l-2" rsc="A"><rule id="r2"');
    expect(text).toContain(
      '<rsc_location id="k" rsc="A"><rule id="pcmk__3_10_upgrade-k-lifetime-and-rule" boolean-op="and">',
    );
    expect(text).toContain("@id = 'pcmk__3_10_upgrade-l-1' or @id = 'pcmk__3_10_upgrade-l-2'");
  });

  test("what is no longer supported goes, with the constraints that name it, and is told", () => {
    const remarks: UpgradeRemark[] = [];
    const text = upgrade(
      "pacemaker-3.0",
      resources('<group id="G"><primitive id="U" class="upstart" type="x"/></group>' + dummy("A")) +
        '<constraints><rsc_location id="l" rsc="U" node="n" score="1"/><rsc_order id="o" first="G" then="A"/></constraints>',
      remarks,
    );
    expect(text).toBe(`${resources(dummy("A"))}<constraints/>`);
    expect(remarks.map((remark) => remark.level)).toEqual(["warning", "info"]);
  });

  test("2.x: the last operation says what its resource requires", () => {
    const op = (id: string, name: string, requires: string) =>
      `<op id="${id}" name="${name}" interval="0" requires="${requires}"/>`;
    const ops = op("s", "start", "fencing") + op("p", "promote", "quorum");
    const text = upgrade("pacemaker-2.5", resources(dummy("A", `<operations>${ops}</operations>`)));
    expect(text).toContain('id="_2TO3_p-meta-requires" name="requires" value="quorum"');
    expect(text).not.toContain('value="fencing"');
  });

  test("2.x: an old meta-attribute is put into new words only as the first of its set", () => {
    const pair = (name: string) => `<nvpair id="${name}" name="${name}" value="x"/>`;
    const upgraded = (...names: string[]) => {
      const set = `<meta_attributes id="m">${names.map(pair).join("")}</meta_attributes>`;
      return upgrade("pacemaker-2.5", resources(dummy("A", set)));
    };
    expect(upgraded("isolation", "priority")).toContain('name="target-role" value="Stopped"');
    expect(upgraded("priority", "isolation")).not.toMatch(/target-role|isolation/);
  });

  test("2.x: old names of properties, defaults, fence parameters and operation options", () => {
    const property = (name: string, value: string) =>
      `<nvpair id="${name}" name="${name}" value="${value}"/>`;
    const text = upgrade(
      "pacemaker-2.5",
      `<crm_config><cluster_property_set id="s">${property("stonith_enabled", "false")}` +
        `${property("default-resource-stickiness", "7")}</cluster_property_set></crm_config>` +
        resources(
          dummy(
            "A",
            '<operations><op id="s" name="start" interval="0" requires="nothing"/></operations>',
          ),
        ),
    );
    expect(text).toContain('name="stonith-enabled" value="false"');
    expect(text).toContain(
      '<rsc_defaults><meta_attributes id="_2TO3_-rsc-defaults"><nvpair id="default-resource-stickiness" name="resource-stickiness" value="7"/>',
    );
    expect(text).toContain('<op id="s" name="start" interval="0"/>');
    expect(text).toContain('name="requires" value="nothing"');
  });

  test("1.x: permissions of a user become a role of its own", () => {
    const text = upgrade(
      "pacemaker-1.2",
      '<acls><acl_user id="bob"><read id="r" xpath="//x" attribute="a"/></acl_user></acls>',
    );
    expect(text).toBe(
      '<acls><acl_target id="bob"><role id="auto-bob"/></acl_target>' +
        '<acl_role id="auto-bob"><acl_permission id="r" kind="read" xpath="//x[@a]"/></acl_role></acls>',
    );
  });

  test("upgrading is done once: a second time changes nothing", () => {
    const once = upgradeCib(
      cib("pacemaker-3.0", resources(`<master id="M">${dummy("C")}</master>`)),
    );
    expect(once.ok).toBe(true);
    if (!once.ok) return;
    const twice = upgradeCib(once.value);
    expect(twice.ok && printXml(twice.value)).toBe(printXml(once.value));
  });
});
