import type { Noun } from "../frame/route.ts";

/** Every noun of pcs; a noun's table is loaded when it is called. */
export const nouns: Record<string, () => Promise<Noun>> = {
  resource: async () => (await import("./resource.ts")).resource,
  stonith: async () => (await import("./stonith.ts")).stonith,
  cluster: async () => (await import("./cluster.ts")).cluster,
  constraint: async () => (await import("./constraint.ts")).constraint,
  property: async () => (await import("./property.ts")).property,
  acl: async () => (await import("./acl.ts")).acl,
  alert: async () => (await import("./alert.ts")).alert,
  tag: async () => (await import("./tag.ts")).tag,
  node: async () => (await import("./node.ts")).node,
  config: async () => (await import("./config.ts")).config,
  status: async () => (await import("./status.ts")).status,
  booth: async () => (await import("./booth.ts")).booth,
  qdevice: async () => (await import("./qdevice.ts")).qdevice,
  host: async () => (await import("./hosts.ts")).host,
  client: async () => (await import("./hosts.ts")).client,
  pcsd: async () => (await import("./hosts.ts")).pcsd,
  dr: async () => (await import("./hosts.ts")).dr,
  quorum: async () => (await import("./quorum.ts")).quorum,
};
