/// <reference path="./sh.d.ts" />
/** The agents inside the executable. An installed agent of the same name goes before them. */
import type { BuiltinAgents } from "../internal/host/agents.ts";
import ipaddr2 from "./heartbeat/IPaddr2.sh" with { type: "text" };
import lib from "./lib.sh" with { type: "text" };
import process from "./muster/process.sh" with { type: "text" };
import dummy from "./pacemaker/Dummy.sh" with { type: "text" };
import stateful from "./pacemaker/Stateful.sh" with { type: "text" };

const script = (text: string): { script: string } => ({ script: `${lib}\n${text}` });

export const builtinAgents: BuiltinAgents = {
  "ocf:heartbeat:IPaddr2": script(ipaddr2),
  "ocf:muster:process": script(process),
  "ocf:pacemaker:Dummy": script(dummy),
  "ocf:pacemaker:Stateful": script(stateful),
  "stonith:fence_sandbox": { face: "fence_sandbox" },
};
