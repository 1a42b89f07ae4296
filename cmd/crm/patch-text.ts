import { Element, printXml } from "../../internal/xml/mod.ts";

/** A version 2 patchset for people: `--` deleted, `++` created, `+ ` changed, `+~` moved. */
export function patchText(patch: Element): string {
  const version = (side: "source" | "target"): string => {
    const element = patch.first("version")?.first(side);
    const names = ["admin_epoch", "epoch", "num_updates"];
    return names.map((name) => element?.get(name) ?? "0").join(".");
  };
  const digest = patch.get("digest") ?? "(null)";
  const head = `Diff: --- ${version("source")} 2\nDiff: +++ ${version("target")} ${digest}\n`;
  return head + patch.elements("change").map(changeText).join("");
}

function changeText(change: Element): string {
  const path = change.get("path") ?? "";
  switch (change.get("operation")) {
    case "delete": {
      const position = change.get("position");
      return `-- ${path}${position === null ? "" : ` (${position})`}\n`;
    }
    case "move":
      return `+~ ${path} moved to offset ${change.get("position")}\n`;
    case "create":
      return created(path, change);
    default:
      return modified(path, change);
  }
}

function modified(path: string, change: Element): string {
  const attributes = change.first("change-list")?.elements("change-attr") ?? [];
  const set = attributes.filter((each) => each.get("operation") === "set");
  const unset = attributes.filter((each) => each.get("operation") === "unset");
  const values = set.map((each) => `@${each.get("name")}=${each.get("value")}`).join(", ");
  const names = unset.map((each) => `@${each.get("name")}`).join(", ");
  return (
    (values === "" ? "" : `+  ${path}:  ${values}\n`) +
    (names === "" ? "" : `-- ${path}:  ${names}\n`)
  );
}

function created(path: string, change: Element): string {
  const node = change.children[0];
  if (!(node instanceof Element)) return node === undefined ? "" : `${printXml(node)}\n`;
  const bare = new Element(node.name, node.attributes.slice());
  const first = `++ ${path}:  ${printXml(bare)}\n`;
  const lines = printXml(node, { pretty: true }).trimEnd().split("\n").slice(1);
  const indent = " ".repeat(path.length + 3);
  return first + lines.map((line) => `++ ${indent}${line}\n`).join("");
}
