import type { Element } from "../../xml/mod.ts";
import type { NvsetName } from "../cib/nvset.ts";
import { findSection } from "../cib/sections.ts";
import { byCodePoint, indent } from "../frame/text.ts";

interface Pair {
  id: string;
  name: string;
  value: string;
}

/** A recipient as `get_all_alerts` prints it; names are the interface. */
export interface RecipientData {
  id: string;
  value: string;
  description: string;
  instance_attributes: Pair[];
  meta_attributes: Pair[];
}

export interface AlertData extends Omit<RecipientData, "value"> {
  path: string;
  recipient_list: RecipientData[];
}

/** All alerts of a CIB. */
export function exportAlerts(cib: Element): AlertData[] {
  const alerts = findSection(cib, "alerts")?.elements("alert") ?? [];
  return alerts.map((alert) => ({
    id: alert.id,
    path: alert.get("path") ?? "",
    ...common(alert),
    recipient_list: alert.elements("recipient").map((recipient) => ({
      id: recipient.id,
      value: recipient.get("value") ?? "",
      ...common(recipient),
    })),
  }));
}

function common(element: Element) {
  return {
    description: element.get("description") ?? "",
    instance_attributes: pairsOf(element, "instance_attributes"),
    meta_attributes: pairsOf(element, "meta_attributes"),
  };
}

function pairsOf(parent: Element, kind: NvsetName): Pair[] {
  return (parent.first(kind)?.elements("nvpair") ?? []).map((pair) => ({
    id: pair.id,
    name: pair.get("name") ?? "",
    value: pair.get("value") ?? "",
  }));
}

/** The alerts as text; nothing when there are none. */
export function alertLines(alerts: readonly AlertData[]): string[] {
  if (alerts.length === 0) return [];
  return ["Alerts:", ...indent(alerts.flatMap(oneAlert), 1)];
}

function oneAlert(alert: AlertData): string[] {
  const recipients = alert.recipient_list.flatMap((recipient) => [
    `Recipient: ${recipient.id} (value=${recipient.value})`,
    ...indent(commonLines(recipient), 1),
  ]);
  const content = commonLines(alert);
  if (recipients.length > 0) content.push("Recipients:", ...indent(recipients, 1));
  return [`Alert: ${alert.id} (path=${alert.path})`, ...indent(content, 1)];
}

type Common = Pick<RecipientData, "description" | "instance_attributes" | "meta_attributes">;

function commonLines(data: Common): string[] {
  const lines: string[] = [];
  if (data.description !== "") lines.push(`Description: ${data.description}`);
  if (data.instance_attributes.length > 0) {
    lines.push(`Options: ${pairsText(data.instance_attributes)}`);
  }
  if (data.meta_attributes.length > 0) {
    lines.push(`Meta options: ${pairsText(data.meta_attributes)}`);
  }
  return lines;
}

function pairsText(pairs: readonly Pair[]): string {
  return [...new Map(pairs.map(({ name, value }) => [name, value]))]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => `${name}=${value.includes(" ") ? `"${value}"` : value}`)
    .join(" ");
}
