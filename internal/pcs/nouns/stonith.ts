import type { Noun } from "../frame/route.ts";

export const stonith: Noun = {
  default: "status",
  words: {},
};
