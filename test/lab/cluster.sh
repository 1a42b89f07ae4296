#!/usr/bin/env bash
# A cluster of three machines from the package, typed as an administrator would: set up, started, a
# service fails over when its machine loses power, the cluster is drained and stopped.
# Needs root, systemd-nspawn and MUSTER_SHARED with the lab; says so and skips without.
# Usage: test/lab/cluster.sh PACKAGE.deb
set -euo pipefail
# shellcheck source=test/lab/machines.sh
. "$(dirname "$0")/machines.sh" "${1:-}" mustertest
export LAB_DEB=$deb
"$lab" up local 3

for node in node1 node2 node3; do
  on "$node" 'echo hacluster:lab | chpasswd; systemctl start pcsd'
done
on node1 'pcs host auth node1 node2 node3 -u hacluster -p lab'
on node1 'pcs cluster setup test node1 node2 node3 --start --enable --wait=60'
on node1 'pcs stonith create fence fence_lab pcmk_host_list="node1 node2 node3"'
on node1 'pcs resource create web systemd:haproxy clone'
on node1 'pcs resource create vip ocf:heartbeat:IPaddr2 ip=10.77.0.100 cidr_netmask=24'
on node1 'pcs constraint location vip prefers node3=100'
until_so 'crm_resource -r vip --locate 2>/dev/null | grep -q node3'
"$lab" kill node3
until_so 'crm_resource -r vip --locate 2>/dev/null | grep -Eq "node[12]"'
until_so 'stonith_admin --history=node3 | grep -q "able to reboot"'
until_so 'pcs status nodes | grep -q "Online: node1 node2 node3"'
on node1 'timeout 60 pcs cluster stop --all --force'
[[ $(on node2 'systemctl is-active haproxy' || true) == inactive ]] || fail "haproxy was not drained"
echo "cluster.sh: passed"
