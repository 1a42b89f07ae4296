import { isIPv6 } from "node:net";

/** One spelling per address, so that texts can be compared. */
export function canonical(address: string): string {
  if (!isIPv6(address.split("%")[0]!)) return address;
  const [plain = "", scope] = address.split("%");
  const text = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  return scope === undefined ? text : `${text}%${scope}`;
}
