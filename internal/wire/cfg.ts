/** The cfg service on the wire: kill a node, reload, shut down, change the key. */
import { getText, getU16, getU32, putText, putU16, putU32 } from "./bytes.ts";
import { newServiceMessage, ServiceId } from "./service.ts";

export const CfgFn = {
  reenable: 0,
  killNode: 1,
  shutdown: 2,
  reload: 3,
  cryptoReconfig: 4,
} as const;

const MAR_NAME_SIZE = 264;

export function encodeKillNode(node: number, reason: string): Uint8Array {
  const b = newServiceMessage(ServiceId.cfg, CfgFn.killNode, 24 + MAR_NAME_SIZE);
  putU32(b, 16, node);
  putU16(b, 24, putText(b, 32, reason, 256));
  return b;
}

export function decodeKillNode(b: Uint8Array): { node: number; reason: string } | null {
  if (b.length < 24 + MAR_NAME_SIZE) return null;
  return { node: getU32(b, 16), reason: getText(b, 32, Math.min(getU16(b, 24), 256)) };
}

export function encodeReload(node: number): Uint8Array {
  const b = newServiceMessage(ServiceId.cfg, CfgFn.reload, 32);
  putU32(b, 16, node);
  return b;
}

export function encodeShutdown(): Uint8Array {
  return newServiceMessage(ServiceId.cfg, CfgFn.shutdown, 16);
}

/** Phase 1 starts to use the new key, phase 2 forgets the old one. */
export function encodeCryptoReconfig(phase: 1 | 2): Uint8Array {
  const b = newServiceMessage(ServiceId.cfg, CfgFn.cryptoReconfig, 24);
  putU32(b, 16, phase);
  return b;
}

export function decodeCryptoReconfig(b: Uint8Array): number | null {
  return b.length < 24 ? null : getU32(b, 16);
}
