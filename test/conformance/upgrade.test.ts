/**
 * CIBs of old schemas, upgraded by the original cibadmin and by ours: same exit code, same document.
 * Recorded CIBs (MUSTER_SHARED) and random ones in old spellings. Needs MUSTER_DEBIAN_ROOT, root and
 * a built dist/muster. Every sixth recorded CIB by default, MUSTER_UPGRADE_FULL=1 takes all.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { cloneNode, Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { DebianRoot, debianRootMissing } from "../harness/debian-root.ts";

const missing = debianRootMissing("usr/sbin/cibadmin");
if (missing !== null) console.log(`upgrades beside the original are SKIPPED: ${missing}`);
const recorded = join(process.env["MUSTER_SHARED"] ?? "/nonexistent", "conformance/scheduler/xml");
if (!existsSync(recorded)) console.log("upgrades of recorded CIBs are SKIPPED: no MUSTER_SHARED");
const STEP = process.env["MUSTER_UPGRADE_FULL"] === "1" ? 1 : 6;
const RUNS = Number(process.env["MUSTER_UPGRADE_RUNS"] ?? "40");

/** Ends what hangs; nothing is decided by time. */
const LIMIT_MS = 2 * 3_600_000;
const FILE = "/tmp/upgrade/cib.xml";

/** Attributes in order of name: their order means nothing. Stamps of who and when are gone. */
function plain(text: string): string {
  const parsed = parseXml(text);
  if (!parsed.ok) return text;
  const sorted = (element: Element): Element => {
    const pairs = [...element.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
    const children = element.children.map((each) =>
      each instanceof Element ? sorted(each) : cloneNode(each),
    );
    return new Element(element.name, pairs, children);
  };
  for (const stamp of ["cib-last-written", "update-origin", "update-client", "update-user"]) {
    parsed.value.unset(stamp);
  }
  return printXml(sorted(parsed.value), { pretty: true });
}

/** Exit code of cibadmin --upgrade, and the document that it left. */
function upgrade(root: DebianRoot, text: string): { code: number; cib: string } {
  writeFileSync(join(root.path, FILE), text);
  const argv = ["chroot", root.path, "cibadmin", "--upgrade", "--force"];
  const env = { CIB_file: FILE, PATH: root.searchPath, HOME: "/root", LC_ALL: "C.UTF-8" };
  const done = Bun.spawnSync(argv, { env, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  return { code: done.exitCode, cib: plain(readFileSync(join(root.path, FILE), "utf8")) };
}

function withRoots<T>(use: (original: DebianRoot, ours: DebianRoot) => T): T {
  const roots: DebianRoot[] = [];
  try {
    roots.push(new DebianRoot("original"), new DebianRoot("ours"));
    for (const root of roots) mkdirSync(join(root.path, "tmp/upgrade"));
    return use(roots[0]!, roots[1]!);
  } finally {
    for (const root of roots) root.close();
  }
}

/** CIBs in the spellings that upgrades rewrite. */
function oldCibs(): fc.Arbitrary<string> {
  const pair = (names: string[], values: string[]) =>
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values));
  const set = (tag: string, names: string[], values: string[]) =>
    fc
      .uniqueArray(pair(names, values), { selector: ([name]) => name, maxLength: 3 })
      .map((pairs) => ({ tag, pairs }));
  const metas = set(
    "meta_attributes",
    ["target-role", "isolation", "resource-stickiness", "master-max", "notify", "require-all"],
    ["Master", "Slave", "Started", "1", "INFINITY", "true"],
  );
  const instances = set(
    "instance_attributes",
    ["a", "pcmk_list_cmd", "pcmk_arg_map", "crm_feature_set"],
    ["x", "port=y"],
  );
  const op = fc.record({
    name: fc.constantFrom("monitor", "start", "promote"),
    role: fc.constantFrom(null, "Master", "Slave", "Started"),
    requires: fc.constantFrom(null, "quorum", "fencing"),
    onFail: fc.constantFrom(null, "restart", "fence"),
    interval: fc.constantFrom("0", "10s", "PT5S"),
  });
  const resource = fc.record({
    metas,
    instances,
    ops: fc.array(op, { maxLength: 3 }),
    holder: fc.constantFrom("none", "master", "clone", "group"),
    holderMetas: metas,
    stonith: fc.boolean(),
  });
  const constraint = fc.record({
    kind: fc.constantFrom("colocation", "location", "order", "ticket"),
    role: fc.constantFrom("Master", "Slave", "Started"),
    score: fc.constantFrom("INFINITY", "10", "-INFINITY"),
  });
  return fc
    .record({
      schema: fc.constantFrom("1.0", "1.2", "2.0", "2.5", "2.10", "3.0", "3.1", "3.7", "3.10"),
      resources: fc.array(resource, { minLength: 1, maxLength: 4 }),
      constraints: fc.array(constraint, { maxLength: 3 }),
      properties: set(
        "cluster_property_set",
        [
          "default-action-timeout",
          "default-resource-stickiness",
          "is-managed-default",
          "x",
          "no-quorum-policy",
          "stonith_enabled",
          "remove-after-stop",
        ],
        ["5s", "suicide", "stop", "true"],
      ),
      defaults: metas,
    })
    .map(cibText);
}

interface NamedSet {
  tag: string;
  pairs: [string, string][];
}

function setText({ tag, pairs }: NamedSet, id: string): string {
  const inner = pairs.map(
    ([name, value], n) => `<nvpair id="${id}-${n}" name="${name}" value="${value}"/>`,
  );
  return pairs.length === 0 ? "" : `<${tag} id="${id}">${inner.join("")}</${tag}>`;
}

type OldCib = {
  schema: string;
  properties: NamedSet;
  defaults: NamedSet;
  constraints: { kind: string; role: string; score: string }[];
  resources: {
    metas: NamedSet;
    instances: NamedSet;
    holderMetas: NamedSet;
    holder: string;
    stonith: boolean;
    ops: {
      name: string;
      interval: string;
      role: string | null;
      requires: string | null;
      onFail: string | null;
    }[];
  }[];
};

function cibText({ schema, properties, defaults, constraints, resources }: OldCib): string {
  const primitives = resources.map((each, n) => {
    const ops = each.ops.map(({ name, interval, role, requires, onFail }, k) => {
      const rest = [
        ["role", role],
        ["requires", requires],
        ["on-fail", onFail],
      ]
        .filter(([, value]) => value !== null)
        .map(([key, value]) => ` ${key}="${value}"`);
      return `<op id="r${n}-o${k}" name="${name}" interval="${interval}"${rest.join("")}/>`;
    });
    const agent = each.stonith
      ? 'class="stonith" type="fence_xvm"'
      : 'class="ocf" provider="pacemaker" type="Stateful"';
    const primitive =
      `<primitive id="r${n}" ${agent}>${setText(each.instances, `r${n}-i`)}` +
      `${ops.length > 0 ? `<operations>${ops.join("")}</operations>` : ""}` +
      `${setText(each.metas, `r${n}-m`)}</primitive>`;
    if (each.holder === "none") return primitive;
    return `<${each.holder} id="h${n}">${setText(each.holderMetas, `h${n}-m`)}${primitive}</${each.holder}>`;
  });
  const relations = constraints.map(({ kind, role, score }, n) => {
    switch (kind) {
      case "colocation":
        return `<rsc_colocation id="c${n}" rsc="r0" rsc-role="${role}" with-rsc="r0" score="${score}"/>`;
      case "location":
        return `<rsc_location id="c${n}" rsc="r0" role="${role}" node="node1" score="${score}"/>`;
      case "order":
        return `<rsc_order id="c${n}" first="r0" then="r0" kind="Optional"/>`;
      default:
        return `<rsc_ticket id="c${n}" rsc="r0" rsc-role="${role}" ticket="t"/>`;
    }
  });
  return (
    `<cib validate-with="pacemaker-${schema}" admin_epoch="0" epoch="3" num_updates="0" ` +
    `crm_feature_set="3.0.7"><configuration><crm_config>${setText(properties, "opts")}</crm_config>` +
    `<nodes><node id="1" uname="node1"/></nodes><resources>${primitives.join("")}</resources>` +
    `<constraints>${relations.join("")}</constraints>` +
    `${defaults.pairs.length > 0 ? `<rsc_defaults>${setText(defaults, "rd")}</rsc_defaults>` : ""}` +
    "</configuration><status/></cib>"
  );
}

describe("cibadmin --upgrade", () => {
  test.skipIf(missing !== null || !existsSync(recorded))(
    "recorded CIBs become what the original makes of them",
    () => {
      const all = readdirSync(recorded)
        .filter((name) => name.endsWith(".xml"))
        .sort();
      const names = all.filter((_, n) => n % STEP === 0);
      const differing = withRoots((original, ours) =>
        names.filter((name) => {
          const text = readFileSync(join(recorded, name), "utf8");
          return !Bun.deepEquals(upgrade(ours, text), upgrade(original, text));
        }),
      );
      console.log(`${names.length} recorded CIBs upgraded, ${differing.length} differ`);
      expect(differing).toEqual([]);
    },
    LIMIT_MS,
  );

  test.skipIf(missing !== null)(
    "so do random ones in old spellings",
    () => {
      withRoots((original, ours) => {
        let valid = 0;
        fc.assert(
          fc.property(oldCibs(), (text) => {
            const theirs = upgrade(original, text);
            if (theirs.code === 0) valid += 1;
            expect(upgrade(ours, text)).toEqual(theirs);
          }),
          { numRuns: RUNS },
        );
        console.log(`${RUNS} random CIBs, ${valid} of them valid`);
      });
    },
    LIMIT_MS,
  );
});
