/** Over which of a node's connected links a packet goes. */
import type { CorosyncConfig } from "../../internal/corosync-conf/mod.ts";

export interface LinkChoice {
  mode: CorosyncConfig["linkMode"];
  /** Counts the packets, for rr. */
  turn: number;
  /** 0 for a packet that is sent for the first time; else how many copies of it shall go out. */
  copies: number;
}

/**
 * One entry per datagram that is to go out, of the links in `up`, in their order. As libknet chooses
 * (passive: the highest priority, of equal ones the first), but for what had to be sent again: a link
 * that was cut counts as connected until its pongs have been missing for long enough, and what was
 * lost on it would be lost on it again. So that goes over every link, each copy over the next.
 */
export function chooseLinks<T extends { priority: number }>(
  up: readonly T[],
  choice: LinkChoice,
): readonly T[] {
  if (choice.copies > 0) {
    const sendings = Math.max(up.length, choice.copies);
    return up.length === 0 ? [] : Array.from({ length: sendings }, (_, i) => up[i % up.length]!);
  }
  if (up.length < 2) return up;
  switch (choice.mode) {
    case "active":
      return up;
    case "rr":
      return [up[choice.turn % up.length]!];
    case "passive":
      return [up.reduce((best, link) => (link.priority > best.priority ? link : best))];
  }
}
