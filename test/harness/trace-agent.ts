import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.ts";

/**
 * An OCF agent that runs a real process and leaves a trace on a disk that all nodes share, as a
 * witness outside the cluster: each start says whether a process of the same resource was alive
 * anywhere, which must never be. A node's power loss takes the process, as it would on a machine.
 */
const SCRIPT = `#!/bin/sh
dir=$OCF_RESKEY_trace
name=$OCF_RESOURCE_INSTANCE
node=$(basename "$MUSTER_ROOT")
pidfile=$dir/$name.$node.pid
alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null && grep -q sleep "/proc/$(cat "$1")/cmdline" 2>/dev/null; }
say() { echo "$1 $name $node $(date +%s.%N)" >>"$dir/trace"; }
case "$1" in
meta-data) cat <<END
<?xml version="1.0"?>
<resource-agent name="trace"><version>1.0</version>
<longdesc lang="en">Leaves a trace</longdesc><shortdesc lang="en">Leaves a trace</shortdesc>
<parameters><parameter name="trace" required="1"><longdesc lang="en">Shared folder</longdesc>
<shortdesc lang="en">Shared folder</shortdesc><content type="string"/></parameter></parameters>
<actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/>
<action name="monitor" timeout="20s" interval="5s"/><action name="meta-data" timeout="5s"/></actions>
</resource-agent>
END
exit 0;;
start)
  alive "$pidfile" && exit 0
  for other in "$dir/$name".*.pid; do
    alive "$other" && say DOUBLE
  done
  say start
  setsid sleep 100000 </dev/null >/dev/null 2>&1 &
  echo $! >"$pidfile"
  exit 0;;
stop)
  if alive "$pidfile"; then kill "$(cat "$pidfile")"; say stop; fi
  while alive "$pidfile"; do sleep 0.05; done
  rm -f "$pidfile"
  exit 0;;
monitor) alive "$pidfile" && exit 0; exit 7;;
*) exit 0;;
esac
`;

export interface TraceLine {
  what: "start" | "stop" | "DOUBLE";
  resource: string;
  node: string;
  at: number;
}

export class Trace {
  readonly folder: string;

  constructor(cluster: Cluster, nodes: string[]) {
    this.folder = join(cluster.dir, "trace");
    mkdirSync(this.folder);
    appendFileSync(join(this.folder, "trace"), "");
    for (const node of nodes) {
      const agents = join(cluster.root(node), "usr/lib/ocf/resource.d/test");
      mkdirSync(agents, { recursive: true });
      writeFileSync(join(agents, "trace"), SCRIPT);
      chmodSync(join(agents, "trace"), 0o755);
    }
  }

  lines(): TraceLine[] {
    const file = join(this.folder, "trace");
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [what, resource, node, at] = line.split(" ");
        return {
          what: what as TraceLine["what"],
          resource: resource!,
          node: node!,
          at: Number(at),
        };
      });
  }

  doubles(): TraceLine[] {
    return this.lines().filter((line) => line.what === "DOUBLE");
  }
}
