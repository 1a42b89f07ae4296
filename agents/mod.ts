/// <reference path="./sh.d.ts" />
/** The agents inside the executable. An installed agent of the same name goes before them. */
import type { BuiltinAgents } from "../internal/host/agents.ts";
import ipaddr2 from "./heartbeat/IPaddr2.sh" with { type: "text" };
import lib from "./lib.sh" with { type: "text" };
import process from "./muster/process.sh" with { type: "text" };
import clusterMon from "./pacemaker/ClusterMon.sh" with { type: "text" };
import dummy from "./pacemaker/Dummy.sh" with { type: "text" };
import healthCpu from "./pacemaker/HealthCPU.sh" with { type: "text" };
import ping from "./pacemaker/ping.sh" with { type: "text" };
import remote from "./pacemaker/remote.sh" with { type: "text" };
import stateful from "./pacemaker/Stateful.sh" with { type: "text" };
import sysInfo from "./pacemaker/SysInfo.sh" with { type: "text" };

const script = (text: string): { script: string } => ({ script: `${lib}\n${text}` });

export const builtinAgents: BuiltinAgents = {
  "ocf:heartbeat:IPaddr2": script(ipaddr2),
  "ocf:muster:process": script(process),
  "ocf:pacemaker:ClusterMon": script(clusterMon),
  "ocf:pacemaker:Dummy": script(dummy),
  "ocf:pacemaker:HealthCPU": script(healthCpu),
  "ocf:pacemaker:Stateful": script(stateful),
  "ocf:pacemaker:SysInfo": script(sysInfo),
  "ocf:pacemaker:ping": script(ping),
  "ocf:pacemaker:remote": script(remote),
  "stonith:fence_sandbox": { face: "fence_sandbox" },
};
