#!/usr/bin/env bash
# A machine with the original's pcs beside a cluster of ours: each authenticates to the other's pcsd and
# asks it; the original adds no node, it only looks. Usage: test/lab/mixed.sh PACKAGE.deb
set -euo pipefail
skip() { echo "SKIPPED: $1"; exit 0; }
deb=${1:-}
[[ -f $deb ]] || skip "no package given (npm run package builds one)"
[[ $(id -u) == 0 ]] || skip "machines need root"
lab=${MUSTER_SHARED:-}/lab/lab
[[ -x $lab ]] || skip "MUSTER_SHARED has no lab"
[[ -d ${LAB_DIR:-/var/tmp/ha-lab}/rootfs/reference ]] || skip "the lab has no root 'reference'"
export LAB_ID=${LAB_ID:-mustermixed} LAB_QUIET=1 LAB_DEB=$deb
[[ -n ${KEEP:-} ]] || trap '"$lab" down >/dev/null 2>&1 || true' EXIT
"$lab" down >/dev/null 2>&1 || true
"$lab" up local 2
"$lab" add reference >/dev/null          # node3: the original's tools
on() { "$lab" exec "$1" "$2"; }
says() { # NODE COMMAND PATTERN
  local out; out=$(on "$1" "$2" 2>&1) || { echo "FAILED: $1# $2: $out"; exit 1; }
  grep -qE "$3" <<<"$out" || { echo "FAILED: $1# $2: no '$3' in: $out"; exit 1; }
  echo "ok: $1# ${2%%-b token*}: $(grep -E "$3" <<<"$out" | head -1 | cut -c1-120)"
}
for node in node1 node2; do on $node 'echo hacluster:lab | chpasswd; systemctl start pcsd'; done
for try in 1 2 3 4 5 6 7 8 9 10; do on node3 'curl -sk -o /dev/null https://localhost:2224/' && break; sleep 1; done
on node1 'pcs host auth node1 node2 -u hacluster -p lab && pcs cluster setup test node1 node2 --start --wait=60' >/dev/null 2>&1

says node3 'pcs host auth node1 node2 -u hacluster -p lab' 'node1: Authorized'
says node3 'pcs pcsd status node1 node2' 'node2: Online'
says node3 'pcs cluster setup other node1 node3 2>&1 || true' 'node1: .*(already|cluster)'
on node3 'pcs host deauth node2' >/dev/null 2>&1
says node3 'pcs pcsd status node1' 'node1: Online'
says node1 'pcs host auth node3 -u hacluster -p lab' 'node3: Authorized'
says node1 'pcs pcsd status node3' 'node3: Online'
token=$(on node3 "python3 -c \"import json; print(json.load(open('/var/lib/pcsd/known-hosts'))['known_hosts']['node1']['token'])\"")
says node3 "curl -sk -b token=$token https://node1:2224/remote/check_host" 'cluster_configuration_exists'
echo "mixed.sh: passed"
