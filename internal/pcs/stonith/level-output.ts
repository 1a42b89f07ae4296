import type { Element } from "../../xml/mod.ts";
import { findSection } from "../cib/sections.ts";
import { byCodePoint } from "../frame/text.ts";

interface Level {
  id: string;
  index: number;
  devices: string[];
}

/** Fencing levels as the JSON output writes them; names are the interface. */
export interface LevelsData {
  target_node: (Level & { target: string })[];
  target_regex: (Level & { target_pattern: string })[];
  target_attribute: (Level & { target_attribute: string; target_value: string })[];
}

export function exportLevels(cib: Element): LevelsData {
  const data: LevelsData = { target_node: [], target_regex: [], target_attribute: [] };
  for (const element of findSection(cib, "fencing-topology")?.elements("fencing-level") ?? []) {
    const { id } = element;
    const index = Number(element.get("index") ?? "0");
    const devices = (element.get("devices") ?? "").split(",").map((device) => device.trim());
    const target = element.get("target");
    const target_pattern = element.get("target-pattern");
    const target_attribute = element.get("target-attribute");
    if (target !== null) data.target_node.push({ id, target, index, devices });
    if (target_pattern !== null) data.target_regex.push({ id, target_pattern, index, devices });
    if (target_attribute !== null) {
      const target_value = element.get("target-value") ?? "";
      data.target_attribute.push({ id, target_attribute, target_value, index, devices });
    }
  }
  return data;
}

/** Levels as text, by target and level. */
export function levelText(data: LevelsData): string[] {
  const byIndex = (a: Level, b: Level) => a.index - b.index;
  const nodes = [...data.target_node]
    .sort((a, b) => byCodePoint(a.target, b.target) || byIndex(a, b))
    .map((level) => ({ ...level, name: level.target }));
  const patterns = [...data.target_regex]
    .sort((a, b) => byCodePoint(a.target_pattern, b.target_pattern) || byIndex(a, b))
    .map((level) => ({ ...level, name: level.target_pattern }));
  const attributes = [...data.target_attribute]
    .sort(
      (a, b) =>
        byCodePoint(a.target_value, b.target_value) ||
        byCodePoint(a.target_attribute, b.target_attribute) ||
        byIndex(a, b),
    )
    .map((level) => ({ ...level, name: `${level.target_attribute}=${level.target_value}` }));
  return [
    ...grouped("node", nodes),
    ...grouped("regexp", patterns),
    ...grouped("attribute", attributes),
  ];
}

function grouped(label: string, levels: readonly (Level & { name: string })[]): string[] {
  let last = "";
  return levels.flatMap(({ name, index, devices }) => {
    const heading = name === last ? [] : [`Target (${label}): ${name}`];
    last = name;
    return [...heading, `  Level ${index}: ${devices.join(" ")}`];
  });
}

/** Commands that would add the levels. */
export function levelCommands(data: LevelsData): string[] {
  const command = (level: Level, target: string) =>
    `pcs stonith level add --force -- ${level.index} ${target} ${level.devices.join(" ")} ` +
    `id=${level.id}`;
  return [
    ...data.target_node.map((level) => command(level, level.target)),
    ...data.target_regex.map((level) => command(level, `regexp%${level.target_pattern}`)),
    ...data.target_attribute.map((level) =>
      command(level, `attrib%${level.target_attribute}=${level.target_value}`),
    ),
  ];
}
