/** The services that the faults are tried on: typed as an administrator would. */
import { lab, must, on, until } from "./machines.ts";

export const VIP = "10.77.0.100";
export const SECOND = "10.77.0.101";
export const MASTER = "10.77.0.102";

/** An LSB service, an agent that can be told to hang, a folder for the Filesystem. */
const FILES = `
mkdir -p /srv/data /mnt/data /usr/lib/ocf/resource.d/lab
cat >/etc/init.d/labd <<'X'
#!/bin/sh
### BEGIN INIT INFO
# Provides: labd
# Default-Start:
# Default-Stop:
# Short-Description: a sleeping service
### END INIT INFO
case $1 in
  start) kill -0 $(cat /run/labd.pid 2>/dev/null) 2>/dev/null || { setsid sleep 100000 & echo $! >/run/labd.pid; };;
  stop) kill $(cat /run/labd.pid 2>/dev/null) 2>/dev/null; rm -f /run/labd.pid; exit 0;;
  status) kill -0 $(cat /run/labd.pid 2>/dev/null) 2>/dev/null || exit 3;;
  restart|force-reload) $0 stop; $0 start;;
  *) exit 2;;
esac
X
cat >/usr/lib/ocf/resource.d/lab/moody <<'X'
#!/bin/sh
case $1 in
  meta-data) cat <<M
<?xml version="1.0"?>
<resource-agent name="moody"><version>1.0</version>
<longdesc lang="en">Hangs when told to.</longdesc><shortdesc lang="en">Hangs when told to</shortdesc>
<parameters/>
<actions><action name="start" timeout="10s"/><action name="stop" timeout="10s"/>
<action name="monitor" timeout="10s" interval="10s"/><action name="meta-data" timeout="5s"/></actions></resource-agent>
M
  ;;
  start) touch /run/moody;;
  stop) [ -e /run/hang-stop ] && sleep 1000; rm -f /run/moody /run/hang-monitor;;
  monitor) [ -e /run/hang-monitor ] && sleep 1000; [ -e /run/moody ] || exit 7;;
  *) exit 3;;
esac
exit 0
X
# The containers share the host's kernel: there is nothing to load, but Filesystem wants the command.
[ -e /usr/sbin/modprobe ] || { echo '#!/bin/sh' >/usr/sbin/modprobe; chmod 755 /usr/sbin/modprobe; }
sed -i 's/^bind .*/bind 0.0.0.0/; s/^protected-mode yes/protected-mode no/' /etc/redis/redis.conf 2>/dev/null
chmod 755 /etc/init.d/labd /usr/lib/ocf/resource.d/lab/moody
systemctl daemon-reload
`;

/** Starts machines and makes a cluster of them; two links each. */
export async function makeCluster(stack: string, count: number): Promise<string[]> {
  lab("down");
  const up = lab("up", stack, String(count));
  if (!up.ok) throw new Error(up.out);
  const nodes = Array.from({ length: count }, (_, i) => `node${i + 1}`);
  for (const node of nodes) {
    on(
      node,
      "systemctl disable --now redis-server; echo hacluster:lab | chpasswd; systemctl enable --now pcsd",
    );
    must(node, FILES);
  }
  await until(
    "pcsd answers",
    () => on("node1", `pcs host auth ${nodes.join(" ")} -u hacluster -p lab`).ok,
    60,
  );
  const members = nodes.map((n) => `${n} addr=${n} addr=${n}-link1`).join(" ");
  must("node1", `pcs cluster setup test ${members}`);
  must("node1", "pcs cluster start --all --wait=90");
  must("node1", "pcs cluster enable --all");
  // Of two that lost sight of each other both have quorum: without a delay each fences the other.
  const delay = count === 2 ? 'pcmk_delay_base="node1:3s;node2:0"' : "";
  must(
    "node1",
    `pcs stonith create fence fence_lab pcmk_host_list="${nodes.join(" ")}" ${delay} op monitor interval=60s`,
  );
  return nodes;
}

/** Two addresses, haproxy everywhere, LSB, a group on a Filesystem, an agent that can hang, redis. */
export async function makeServices(): Promise<void> {
  const stick = "meta resource-stickiness=100";
  must(
    "node1",
    `pcs resource create vip ocf:heartbeat:IPaddr2 ip=${VIP} cidr_netmask=24 op monitor interval=1s ${stick}`,
  );
  must(
    "node1",
    `pcs resource create second ocf:heartbeat:IPaddr2 ip=${SECOND} cidr_netmask=24 op monitor interval=1s ${stick}`,
  );
  must("node1", "pcs resource create web systemd:haproxy op monitor interval=1s clone");
  // The recipe of a load balancer in front of an API: the address only where the balancer runs.
  must("node1", "pcs constraint order start web-clone then vip kind=Optional");
  must("node1", "pcs constraint colocation add vip with web-clone");
  must("node1", "pcs resource create daemon lsb:labd op monitor interval=2s");
  must(
    "node1",
    "pcs resource create data ocf:heartbeat:Filesystem device=/srv/data directory=/mnt/data fstype=none options=bind --group store",
  );
  must(
    "node1",
    "pcs resource create keeper ocf:heartbeat:anything binfile=/bin/sleep cmdline_options=100000 pidfile=/run/keeper.pid op monitor interval=1s --group store",
  );
  must(
    "node1",
    `pcs resource create moody ocf:lab:moody op monitor interval=2s timeout=3s op stop timeout=4s ${stick}`,
  );
  if (on("node1", "test -x /usr/bin/redis-server").ok) {
    must(
      "node1",
      "pcs resource create redis ocf:heartbeat:redis op monitor interval=2s role=Promoted op monitor interval=3s role=Unpromoted promotable notify=true",
    );
    must(
      "node1",
      `pcs resource create master ocf:heartbeat:IPaddr2 ip=${MASTER} cidr_netmask=24 op monitor interval=1s`,
    );
    must("node1", "pcs constraint colocation add master with Promoted redis-clone");
    must("node1", "pcs constraint order promote redis-clone then start master");
  }
  await rest("node1");
}

/** All is done that the cluster wants to do. */
export async function rest(node: string, limitS = 120): Promise<void> {
  await until(
    "the cluster comes to rest",
    () => on(node, "crm_resource --wait --timeout 30").ok,
    limitS,
  );
}

export function holderOf(resource: string, from: string): string | null {
  const { out } = on(from, `crm_resource -r ${resource} --locate 2>/dev/null`);
  return /is running on: (node\d+)/.exec(out)?.[1] ?? null;
}

/** Has the address on this node, where it stays by its stickiness. */
export async function bringTo(node: string): Promise<void> {
  if (holderOf("vip", node) === node) return;
  must(node, `crm_resource -r vip --move -N ${node}`);
  await until("moved by hand", () => holderOf("vip", node) === node, 60);
  must(node, "crm_resource -r vip --clear");
  await rest(node);
}

export function allOnline(from: string, count: number): boolean {
  const { out } = on(from, "crm_mon -1 --output-as=xml");
  const up = [...out.matchAll(/<node name="[^"]+" id="\d+" ([^>]*)type="member"/g)].filter(
    (m) => /online="true"/.test(m[1]!) && /pending="false" unclean="false"/.test(m[1]!),
  );
  return up.length === count && /current_dc present="true"/.test(out);
}
