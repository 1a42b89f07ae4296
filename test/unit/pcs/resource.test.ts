import { describe, expect, test } from "bun:test";
import { cibOf, pcs, primitive, resourcesText } from "./memory.ts";

describe("resource create", () => {
  test("adds the agent's operations, its parameters checked", async () => {
    const missing = await pcs(cibOf(), "resource", "create", "r", "ocf:test:Dummy", "bad=1");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toBe(
      "Error: invalid resource option 'bad', allowed options are: 'needed', 'state', use --force " +
        "to override\n" +
        "Error: required resource option 'needed' is missing, use --force to override\n" +
        "Error: Errors have occurred, therefore pcs is unable to continue\n",
    );
    const made = await pcs(cibOf(), "resource", "create", "r", "Dummy", "needed=1");
    expect(made.code).toBe(0);
    expect(made.stderr).toBe("Assumed agent name 'ocf:test:Dummy' (deduced from 'Dummy')\n");
    expect(resourcesText(made)).toContain(
      '<op name="monitor" interval="10s" timeout="20s" id="r-monitor-interval-10s"/>',
    );
    expect(resourcesText(made)).toContain('id="r-start-interval-0s"');
  });

  test("ids stay unique and a value that must be unique is noticed", async () => {
    const state =
      '<instance_attributes id="r-i"><nvpair id="r-s" name="state" value="/x"/></instance_attributes>';
    const cib = cibOf(primitive("r", state));
    expect((await pcs(cib, "resource", "create", "r", "ocf:test:Dummy", "needed=1")).stderr).toBe(
      "Error: 'r' already exists\n",
    );
    const clash = await pcs(
      cib,
      "resource",
      "create",
      "s",
      "ocf:test:Dummy",
      "needed=1",
      "state=/x",
    );
    expect(clash.stderr).toContain("Value '/x' of option 'state' is not unique");
  });
});

describe("what belongs together", () => {
  const two = cibOf(primitive("a") + primitive("b"));

  test("a group is made, emptied and gone", async () => {
    const grouped = await pcs(two, "resource", "group", "add", "g", "b", "a");
    expect(resourcesText(grouped)).toMatch(/<group id="g"><primitive id="b".*<primitive id="a"/);
    const left = await pcs(
      cibOf(`<group id="g">${primitive("a")}</group>`),
      "resource",
      "ungroup",
      "g",
    );
    expect(resourcesText(left)).toBe(
      `<resources>${primitive("a").replace("></primitive>", "/>")}</resources>`,
    );
  });

  test("deleting a resource takes its constraints and fencing levels along", async () => {
    const rest =
      '<fencing-topology><fencing-level id="l" index="1" target="a" devices="f,g"/></fencing-topology>';
    const device = (id: string) => `<primitive id="${id}" class="stonith" type="fence_x"/>`;
    const cib = cibOf(primitive("a") + device("f") + device("g"), rest).replace(
      "<constraints/>",
      '<constraints><rsc_location id="c" rsc="a" node="a" score="1"/></constraints>',
    );
    const gone = await pcs(cib, "resource", "delete", "a");
    expect(gone.stderr).toBe("Removing dependant element:\n  Location constraint: 'c'\n");
    expect(gone.cib.byId("c")).toBeNull();
    const fewer = await pcs(cib, "stonith", "delete", "f");
    expect(fewer.cib.byId("l")?.get("devices")).toBe("g");
    expect(fewer.stderr).toBe(
      "Removing references:\n  Resource 'f' from:\n    Fencing level: 'l'\n",
    );
  });

  test("a clone takes over the constraints of what is in it", async () => {
    const cib = two.replace(
      "<constraints/>",
      '<constraints><rsc_location id="c" rsc="a" node="a" score="1"/></constraints>',
    );
    const cloned = await pcs(cib, "resource", "clone", "a", "meta", "interleave=true");
    expect(cloned.cib.byId("c")?.get("rsc")).toBe("a-clone");
    const undone = await pcs(
      cibOf(`<clone id="c1">${primitive("a")}</clone>`),
      "resource",
      "unclone",
      "a",
    );
    expect(undone.cib.byId("c1")).toBeNull();
  });
});

describe("outputs", () => {
  test("cmd prints what makes the same again", async () => {
    const op = '<operations><op id="a-m" name="monitor" interval="10s"/></operations>';
    const shown = await pcs(cibOf(primitive("a", op)), "resource", "config", "--output-format=cmd");
    expect(shown.stdout).toBe(
      "pcs resource create --no-default-ops --force -- a ocf:test:Dummy \\\n  op \\\n" +
        "    monitor interval=10s id=a-m\n",
    );
  });

  test("a format that is not known is named", async () => {
    const { code, stderr } = await pcs(cibOf(), "resource", "config", "--output-format=xml");
    expect(code).toBe(1);
    expect(stderr).toBe(
      "Error: Unknown value 'xml' for '--output-format' option. Supported values are: 'cmd', " +
        "'json', 'text'\n",
    );
  });
});

describe("--dry-run", () => {
  test("tells what would change and changes nothing", async () => {
    const cib = cibOf(primitive("a"));
    const tried = await pcs(cib, "resource", "delete", "a", "--dry-run");
    expect(tried.code).toBe(0);
    expect(tried.stdout).toContain("- resources/primitive[@id='a']");
    expect(tried.stdout).toEndWith("Dry run: nothing was done.\n");
    expect(tried.cib.byId("a")).not.toBeNull();
  });
});
