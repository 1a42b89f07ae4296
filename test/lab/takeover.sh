#!/usr/bin/env bash
# A running two-node cluster of the original stack becomes ours: the package is installed on top, with
# apt, while services run on (maintenance mode, as for the original's own upgrades). The nodes keep
# their names, the configuration is taken as it is, and no service is restarted.
# Needs root, systemd-nspawn and MUSTER_SHARED with the lab; says so and skips without.
# Usage: test/lab/takeover.sh PACKAGE.deb
set -euo pipefail
# shellcheck source=test/lab/machines.sh
. "$(dirname "$0")/machines.sh" "${1:-}" mustertake
unset LAB_DEB
"$lab" up reference 2
for node in node1 node2; do until_so "true"; on "$node" 'systemctl start pcsd; id hacluster' >/dev/null; done
on node1 'pcs host auth node1 node2 -u hacluster -p lab'
on node1 'pcs cluster setup inherited node1 node2 --start --enable --wait=100'
on node1 'pcs stonith create fence fence_lab pcmk_host_list="node1 node2"'
on node1 'pcs resource create web systemd:haproxy clone'
on node1 'pcs resource create vip ocf:heartbeat:IPaddr2 ip=10.77.0.100 cidr_netmask=24'
on node1 'pcs resource create dummy ocf:heartbeat:Dummy'
on node1 'timeout 100 crm_resource --wait'
configuration='cibadmin -Q --scope configuration | grep -vE "have-watchdog|dc-version|cluster-infrastructure|maintenance-mode"'
# The processes, the address and the agent's state file tell a restart.
traces='echo $(systemctl show -p MainPID haproxy) $(ip -o addr show | grep -c 10.77.0.100) $(stat -c %Y /run/resource-agents/Dummy-dummy.state 2>/dev/null || true)'
declare -A before
before_names=$(on node1 'crm_node -l | sort')
on node1 'pcs property set maintenance-mode=true'
on node1 'timeout 100 crm_resource --wait'
before_cib=$(on node1 "$configuration")
for node in node1 node2; do before[$node]=$(on "$node" "$traces"); done
on node1 'pcs cluster stop --all'
for node in node1 node2; do
  "$lab" put "$node" "$deb" /root/muster.deb
  # The original's pcsd-ruby takes a minute and a half to hear that it is to stop.
  on "$node" 'systemctl kill -s KILL pcsd-ruby.service pcsd.service' || true
  on "$node" 'DEBIAN_FRONTEND=noninteractive apt-get -qq -y install /root/muster.deb' >"$scratch" 2>&1 ||
    { tail -20 "$scratch"; fail "apt-get install on $node"; }
  on "$node" 'systemctl restart pcsd; systemctl enable -q corosync pacemaker'
done
on node1 'readlink -f "$(command -v crm_mon)"' | grep -q muster || fail "the original is still there"
on node1 'pcs cluster start --all --wait=60'
until_so 'crm_mon -1 | grep -q "Online: \[ node1 node2 \]"'
on node1 'timeout 60 crm_resource --wait'
[[ $(on node1 'crm_node -l | sort') == "$before_names" ]] || fail "the nodes have other names: $(on node1 'crm_node -l')"
after_cib=$(on node1 "$configuration")
[[ $after_cib == "$before_cib" ]] || { diff <(echo "$before_cib") <(echo "$after_cib"); fail "the configuration is another one"; }
on node1 'pcs property set maintenance-mode=false'
on node1 'timeout 60 crm_resource --wait'
for node in node1 node2; do
  [[ $(on "$node" "$traces") == "${before[$node]}" ]] ||
    fail "$node: was '${before[$node]}', is '$(on "$node" "$traces")'"
done
on node1 'crm_mon -1' | grep -qE "FAILED|Stopped" && fail "something failed: $(on node1 'crm_mon -1')"
# And it is a cluster that works: the address moves when its node is on standby.
home=$(on node1 'crm_resource -r vip --locate' | grep -o 'node[12]' | tail -1)
on node1 "pcs node standby $home"
until_so "crm_resource -r vip --locate | grep -v $home | grep -q node"
echo "takeover.sh: passed"
