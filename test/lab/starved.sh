#!/usr/bin/env bash
# A starved machine: every core busy, our engine deciding over a large configuration again and again,
# token 1000. Three muster nodes and three nodes of stock Corosync stand beside each other under the same
# load; neither ring may change. Needs root, systemd-nspawn and MUSTER_SHARED with the lab; skips aloud.
# Usage: test/lab/starved.sh [SECONDS]
set -euo pipefail
skip() { echo "SKIPPED: $1"; exit 0; }
root=$(cd "$(dirname "$0")/../.." && pwd)
muster=${MUSTER_BIN:-$root/dist/muster}
seconds=${1:-600}
[[ $(id -u) == 0 ]] || skip "machines need root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is missing"
lab=${MUSTER_SHARED:-}/lab/lab
[[ -x $lab ]] || skip "MUSTER_SHARED has no lab"
[[ -x $muster ]] || skip "$muster is not built"
fail() { echo "FAILED: $1"; exit 1; }

export LAB_QUIET=1
ours=musterstarved theirs=corostarved
work=$(mktemp -d)
burners=()
finish() {
  [[ ${#burners[@]} == 0 ]] || kill "${burners[@]}" 2>/dev/null || true
  LAB_ID=$ours "$lab" down >/dev/null 2>&1 || true
  LAB_ID=$theirs "$lab" down >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
on() { LAB_ID=$1 "$lab" exec "$2" "$3"; }

head -c 256 /dev/urandom >"$work/authkey"
{
  printf 'totem {\n version: 2\n cluster_name: starved\n transport: knet\n crypto_cipher: aes256\n crypto_hash: sha256\n token: 1000\n}\nnodelist {\n'
  for i in 1 2 3; do printf ' node {\n  ring0_addr: 10.77.0.1%s\n  name: node%s\n  nodeid: %s\n }\n' $i $i $i; done
  printf '}\nquorum {\n provider: corosync_votequorum\n}\nlogging {\n to_logfile: yes\n logfile: /var/log/corosync/corosync.log\n to_stderr: no\n to_syslog: no\n}\n'
} >"$work/conf"
# 1,500 resources with as many constraints: nothing of it runs, all of it is decided about.
{
  echo '<cib admin_epoch="1" epoch="1" num_updates="0" validate-with="pacemaker-4.0"><configuration><crm_config><cluster_property_set id="o">'
  echo '<nvpair id="o-1" name="stonith-enabled" value="false"/><nvpair id="o-2" name="enable-startup-probes" value="false"/></cluster_property_set></crm_config>'
  echo '<nodes><node id="1" uname="node1"/><node id="2" uname="node2"/><node id="3" uname="node3"/></nodes><resources>'
  for i in $(seq 1500); do
    echo "<primitive id=\"r$i\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\"><meta_attributes id=\"r$i-m\"><nvpair id=\"r$i-t\" name=\"target-role\" value=\"Stopped\"/></meta_attributes></primitive>"
  done
  echo '</resources><constraints>'
  for i in $(seq 2 1500); do
    echo "<rsc_location id=\"l$i\" rsc=\"r$i\" node=\"node$((i % 3 + 1))\" score=\"$i\"/><rsc_colocation id=\"c$i\" rsc=\"r$i\" with-rsc=\"r$((i / 2))\" score=\"50\"/>"
  done
  echo '</constraints></configuration><status/></cib>'
} >"$work/cib.xml"

LAB_ID=$ours "$lab" up reference 3
LAB_ID=$theirs "$lab" up reference 3
for node in node1 node2 node3; do
  for id in $ours $theirs; do
    LAB_ID=$id "$lab" put $node "$work/conf" /etc/corosync/corosync.conf
    LAB_ID=$id "$lab" put $node "$work/authkey" /etc/corosync/authkey
  done
  LAB_ID=$ours "$lab" put $node "$muster" /usr/local/bin/muster
  LAB_ID=$ours "$lab" put $node "$work/cib.xml" /var/lib/pacemaker/cib/cib.xml
  on $ours $node 'chown hacluster:haclient /var/lib/pacemaker/cib/cib.xml
    systemd-run --quiet --unit=musterring --collect /usr/local/bin/muster ring
    systemd-run --quiet --unit=musterengine --collect /usr/local/bin/muster engine'
  on $theirs $node 'systemctl start corosync'
done
ring() { # LAB: ring id of node1 when it has three members
  local tool=/usr/sbin/corosync-quorumtool
  [[ $1 == "$ours" ]] && tool="/usr/local/bin/muster corosync-quorumtool"
  on "$1" node1 "$tool -s" 2>/dev/null | awk '/^Ring ID:/ { id = $3 } /^Nodes:/ { n = $2 } END { print n == 3 ? id : "not whole" }'
}
for _ in $(seq 100); do
  [[ $(ring $ours) != "not whole" && $(ring $theirs) != "not whole" ]] && break
  sleep 0.3
done
for _ in $(seq 100); do
  on $ours node1 '/usr/local/bin/muster crm_resource --list' 2>/dev/null | grep -q r1500 && break
  sleep 0.5
done
on $ours node1 '/usr/local/bin/muster crm_resource --list' | grep -q r1500 || fail "the engine does not know the resources"
before_ours=$(ring $ours) before_theirs=$(ring $theirs)
changes() { on "$1" node1 'grep -c "A new membership" /var/log/corosync/corosync.log'; }
at_ours=$(changes $ours) at_theirs=$(changes $theirs)

for _ in $(seq $(nproc)); do
  (while :; do :; done) &
  burners+=($!)
done
end=$((SECONDS + seconds))
n=0
while [[ $SECONDS -lt $end ]]; do
  n=$((n + 1))
  on $ours node2 "/usr/local/bin/muster crm_attribute --type crm_config --name starved --update $n" >/dev/null || fail "the engine does not answer"
  sleep 0.3
done
kill "${burners[@]}" 2>/dev/null || true
burners=()
echo "$seconds s, $(nproc) cores, as many busy loops beside, load $(cut -d' ' -f1 /proc/loadavg), $n changes decided over 1,500 resources"
late() { on "$1" node1 'grep -c "was not scheduled" /var/log/corosync/corosync.log' || true; }
echo "muster:   ring $before_ours, then $(ring $ours); $(($(changes $ours) - at_ours)) changes of the ring; not scheduled in time: $(late $ours)"
on $ours node1 '/usr/local/bin/muster corosync-cmapctl -m stats' | grep -E 'stats.muster.(lateness|token_rotation|token_advice)' | sed 's/^/  /'
echo "corosync: ring $before_theirs, then $(ring $theirs); $(($(changes $theirs) - at_theirs)) changes of the ring; not scheduled in time: $(late $theirs)"
[[ $(ring $ours) == "$before_ours" ]] || fail "the ring of muster changed"
echo "starved.sh: passed"
