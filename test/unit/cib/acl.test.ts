import { describe, expect, test } from "bun:test";
import { applyCibRequest, authorizeChange, readableCib } from "../../../internal/cib/mod.ts";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

function xml(text: string): Element {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const cib = (enabled = "true"): Element =>
  xml(
    '<cib epoch="1"><configuration><crm_config><cluster_property_set id="c">' +
      `<nvpair id="c-acl" name="enable-acl" value="${enabled}"/></cluster_property_set></crm_config>` +
      '<nodes/><resources><primitive id="a" type="x"/><primitive id="b" type="y"/></resources><acls>' +
      '<acl_role id="r"><acl_permission id="p1" kind="read" xpath="/cib"/>' +
      '<acl_permission id="p2" kind="write" reference="a"/>' +
      '<acl_permission id="p3" kind="deny" xpath="//primitive[@id=\'b\']"/></acl_role>' +
      '<acl_target id="joe"><role id="r"/></acl_target></acls></configuration></cib>',
  );

const modify = (input: string, user: string, enabled = "true") =>
  applyCibRequest(
    cib(enabled),
    { operation: "modify", input: xml(input), user },
    { authorize: authorizeChange, readable: readableCib },
  );

describe("access control", () => {
  test("hides what is denied and shows the rest", () => {
    const seen = printXml(readableCib(cib(), "joe")!);
    expect(seen).toContain('<primitive id="a"');
    expect(seen).not.toContain('id="b"');
    expect(readableCib(cib(), "nobody")).toBeNull();
  });

  test("allows changes within what may be written", () => {
    expect(modify('<primitive id="a" type="z"/>', "joe").ok).toBe(true);
    expect(modify('<primitive id="b" type="z"/>', "joe").ok).toBe(false);
    expect(modify('<nodes><node id="1"/></nodes>', "joe").ok).toBe(false);
    const result = modify('<primitive id="a" type="z"/>', "nobody");
    expect(result.ok ? 0 : result.error.legacy).toBe(-13);
  });

  test("asks for a right to versions that are set by hand, not for the counting itself", () => {
    const rights = { authorize: authorizeChange, readable: readableCib };
    const bumped = applyCibRequest(cib(), { operation: "bump", user: "joe" }, rights);
    expect(bumped.ok ? 0 : bumped.error.legacy).toBe(-13);
    const changed = modify('<primitive id="a" type="z"/>', "joe");
    expect(changed.ok && changed.value.cib.get("epoch")).toBe("2");
  });

  test("does not concern root, hacluster, or anyone while it is switched off", () => {
    for (const user of ["root", "hacluster"]) {
      expect(modify('<primitive id="b" type="z"/>', user).ok).toBe(true);
    }
    expect(modify('<primitive id="b" type="z"/>', "joe", "false").ok).toBe(true);
  });
});
