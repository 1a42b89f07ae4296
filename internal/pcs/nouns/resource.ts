import type { Noun } from "../frame/route.ts";

export const resource: Noun = {
  default: "status",
  words: {},
};
