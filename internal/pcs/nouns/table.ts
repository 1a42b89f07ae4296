import type { Noun } from "../frame/route.ts";

/** Every noun of pcs; a noun's table is loaded when it is called. */
export const nouns: Record<string, () => Promise<Noun>> = {
  resource: async () => (await import("./resource.ts")).resource,
  stonith: async () => (await import("./stonith.ts")).stonith,
};
