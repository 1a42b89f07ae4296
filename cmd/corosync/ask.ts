import { Paths, underRoot } from "../../internal/host/paths.ts";
import { askRing, type RingAnswer } from "../../internal/host/ring-control.ts";

/** One question to the ring of this node. */
export function ask<T>(
  op: string,
  parameters: Record<string, unknown> = {},
): Promise<RingAnswer<T>> {
  return askRing<T>(underRoot(Paths.ringSocket), op, parameters);
}

/** Answers to the request `quorum`. */
export interface QuorumAnswer {
  quorate: boolean;
  members: number[];
  ring: { rep: number; seq: number };
  expectedVotes: number;
  highestExpected: number;
  totalVotes: number;
  neededVotes: number;
  flags: string[];
  nodes: { nodeId: number; votes: number; device: string }[];
  device: { name: string; votes: number; casts: boolean } | null;
  nodeId: number;
  provider: string | null;
  names: Record<string, { name: string; address: string; addresses: string[] }>;
}

/** Answers to the request `status`. */
export interface StatusAnswer {
  nodeId: number;
  transport: "knet" | "udpu" | "udp";
  nodes: { nodeId: number; name: string | null }[];
  links: {
    link: number;
    protocol: string;
    address: string;
    nodes: {
      nodeId: number;
      address: string;
      enabled: boolean;
      connected: boolean;
      mtu: number;
    }[];
  }[];
}

/** One of the answers to the request `cmap`. */
export interface CmapEntry {
  key: string;
  type: string;
  value: string | number;
}
