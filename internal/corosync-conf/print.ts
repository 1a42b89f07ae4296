import type { ConfSection } from "./tree.ts";

const INDENT = "    ";

/** The file's text, laid out as pcs writes it: options first, an empty line between sections. */
export function printConf(root: ConfSection): string {
  return body(root, "");
}

function body(section: ConfSection, indent: string): string {
  const blocks: string[] = [];
  if (section.options.length > 0) {
    blocks.push(section.options.map((o) => `${indent}${o.name}: ${o.value}\n`).join(""));
  }
  for (const child of section.sections) {
    blocks.push(`${indent}${child.name} {\n${body(child, indent + INDENT)}${indent}}\n`);
  }
  return blocks.join("\n");
}
