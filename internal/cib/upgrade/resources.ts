import { Element } from "../../xml/mod.ts";
import { NEW_ID } from "./from-3.ts";
import { type Copies, renameAttribute } from "./references.ts";

/** Legacy promotable clones become clones, ping nodes become members that run nothing. */
export function modernizeResources(cib: Element): void {
  const pings: string[] = [];
  for (const element of [...cib.walk()]) {
    if (element.name === "master") promotableClone(element);
    else if (element.name === "node" && element.get("type") === "ping") {
      element.set("type", "member");
      pings.push(element.get("uname") ?? "");
    } else if (element.has("masters")) {
      renameAttribute(element, "masters", "promoted-max", element.get("masters")!);
    }
  }
  const constraints = cib.first("configuration")?.first("constraints");
  for (const node of pings) constraints?.append(pingBan(node));
}

function promotableClone(master: Element): void {
  master.name = "clone";
  const id = `${NEW_ID}promotable-legacy-${master.id}-meta_attributes`;
  const pair = new Element("nvpair", {
    id: `${id}-promotable`,
    name: "promotable",
    value: "true",
  });
  master.insert(0, new Element("meta_attributes", { id, score: "INFINITY" }, [pair]));
}

function pingBan(node: string): Element {
  return new Element("rsc_location", {
    id: `${NEW_ID}ping-node-ban-${node}`,
    "rsc-pattern": ".*",
    node,
    score: "-INFINITY",
    "resource-discovery": "never",
  });
}

/** One location constraint per top-level rule; ACLs that named the constraint name all of them. */
export function splitLocations(cib: Element, copies: Copies): void {
  const split = new Map<string, string[]>();
  for (const location of cib.descendants("rsc_location")) {
    const rules = location.elements("rule");
    if (rules.length < 2) continue;
    split.set(location.id, splitLocation(location, rules, copies));
  }
  if (split.size === 0) return;
  for (const permission of cib.descendants("acl_permission")) {
    const ids = split.get(permission.get("reference") ?? "");
    if (ids === undefined) continue;
    const xpath = `//*[${ids.map((id) => `@id = '${id}'`).join(" or ")}]`;
    renameAttribute(permission, "reference", "xpath", xpath);
  }
}

function splitLocation(location: Element, rules: Element[], copies: Copies): string[] {
  const parent = location.parent!;
  const at = parent.children.indexOf(location);
  const made = rules.map((rule, i) => {
    const part = new Element("rsc_location", location.attributes.slice());
    part.set("id", `${NEW_ID}${location.id}-${i + 1}`);
    const share = (name: string) => {
      for (const child of location.elements(name)) {
        const copy = child.clone();
        const source = [...child.walk()];
        let n = 0;
        for (const element of copy.walk()) {
          if (i > 0 || copies.has(source[n]!)) copies.add(element);
          n += 1;
        }
        part.append(copy);
      }
    };
    share("resource_set");
    part.append(rule.remove());
    share("lifetime");
    return part;
  });
  location.remove();
  made.forEach((part, i) => {
    parent.insert(at + i, part);
  });
  return made.map((part) => part.id);
}
