import type { ConfNode } from "./model.ts";

/**
 * Which node of the list this machine is: by its host name, the name without domain, a full name
 * with the same short form, then by an address of one of its interfaces. Null when none matches.
 */
export function findLocalNode(
  nodes: ConfNode[],
  hostName: string,
  localAddresses: string[],
): ConfNode | null {
  const called = (name: string) =>
    nodes.find((n) => n.name === name) ?? nodes.find((n) => n.addresses.get(0) === name);
  const short = shortForm(hostName);
  const exact = called(hostName) ?? called(short);
  if (exact !== undefined) return exact;
  const byShort = nodes.find((node) => {
    const name = node.name ?? node.addresses.get(0) ?? "";
    return !/^[\d.]+$|:/.test(name) && shortForm(name) === short;
  });
  if (byShort !== undefined) return byShort;
  return (
    nodes.find((node) => [...node.addresses.values()].some((a) => localAddresses.includes(a))) ??
    null
  );
}

function shortForm(name: string): string {
  return name.split(".")[0] ?? name;
}
