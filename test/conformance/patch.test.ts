/**
 * Patchsets between our program and the original: what `cibadmin --patch` of the Debian root makes
 * of our patchset must be what we make of it. Needs root and MUSTER_DEBIAN_ROOT; only files below
 * its /tmp are written.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { diffCib, patchCib, sameElement } from "../../internal/cib/mod.ts";
import { Element, parseXml, printXml } from "../../internal/xml/mod.ts";

const debian = process.env["MUSTER_DEBIAN_ROOT"] ?? "";
const usable =
  debian !== "" && process.getuid?.() === 0 && existsSync(join(debian, "usr/sbin/cibadmin"));
if (!usable) {
  console.log(
    "patchsets with the original cibadmin are SKIPPED: they need root and MUSTER_DEBIAN_ROOT",
  );
}
const RUNS = Number(process.env["MUSTER_PATCH_RUNS"] ?? "25");

/** Valid CIBs of primitives with attributes, in groups or not, and tags. */
function cibs(): fc.Arbitrary<(epoch: number) => Element> {
  const primitive = fc.record({
    id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    type: fc.constantFrom("Dummy", "ping"),
    pairs: fc.uniqueArray(fc.tuple(fc.constantFrom("x", "y", "z"), fc.constantFrom("1", "2<'")), {
      selector: ([name]) => name,
    }),
    grouped: fc.boolean(),
  });
  const list = fc.uniqueArray(primitive, { selector: (each) => each.id, maxLength: 6 });
  return list.map((primitives) => (epoch) => {
    const plain: Element[] = [];
    const grouped: Element[] = [];
    for (const { id, type, pairs, grouped: inside } of primitives) {
      const element = new Element("primitive", { id, class: "ocf", provider: "pacemaker", type });
      const set = new Element("meta_attributes", { id: `${id}-m` });
      for (const [name, value] of pairs) {
        set.append(new Element("nvpair", { id: `${id}-m-${name}`, name, value }));
      }
      if (pairs.length > 0) element.append(set);
      (inside ? grouped : plain).push(element);
    }
    if (grouped.length > 0) plain.unshift(new Element("group", { id: "g" }, grouped));
    const sections = ["crm_config", "nodes"].map((name) => new Element(name));
    sections.push(new Element("resources", {}, plain), new Element("constraints"));
    const attributes = {
      admin_epoch: "0",
      epoch: String(epoch),
      num_updates: "0",
      "validate-with": "pacemaker-4.0",
      crm_feature_set: "3.20.0",
    };
    const configuration = new Element("configuration", {}, sections);
    return new Element("cib", attributes, [configuration, new Element("status")]);
  });
}

function read(path: string): Element {
  const parsed = parseXml(readFileSync(path, "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe("patchsets and the original", () => {
  test.skipIf(!usable)(
    "cibadmin --patch of our difference gives what our patch gives",
    () => {
      const folder = mkdtempSync(join(debian, "tmp/muster-patch-"));
      const inside = folder.slice(debian.length);
      try {
        fc.assert(
          fc.property(cibs(), cibs(), (first, second) => {
            const [a, b] = [first(1), second(2)];
            const patch = diffCib(a, b, { digest: true })!;
            writeFileSync(join(folder, "cib.xml"), printXml(a));
            writeFileSync(join(folder, "patch.xml"), printXml(patch));
            const argv = [
              "chroot",
              debian,
              "/usr/sbin/cibadmin",
              "-P",
              "-x",
              `${inside}/patch.xml`,
            ];
            const env = {
              CIB_file: `${inside}/cib.xml`,
              PATH: "/usr/sbin:/usr/bin",
              HOME: "/root",
            };
            const run = Bun.spawnSync(argv, { env, stdout: "pipe", stderr: "pipe" });
            expect(run.stderr.toString()).toBe("");
            const ours = patchCib(a, patch);
            expect(ours.ok).toBe(true);
            if (!ours.ok) return;
            expect(sameElement(ours.value, b)).toBe(true);
            const theirs = read(join(folder, "cib.xml"));
            for (const each of [theirs, ours.value]) each.set("epoch", "").set("num_updates", "");
            expect(printXml(theirs)).toBe(printXml(ours.value));
          }),
          { numRuns: RUNS },
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000 + RUNS * 60_000,
  );
});
