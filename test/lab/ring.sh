#!/usr/bin/env bash
# Rings of stock Corosync and muster nodes together: the same messages in the same order on all,
# under loss, cuts, freezes and kills; the stock tools show our nodes as any other.
# Needs root, systemd-nspawn, a C compiler, bun, and MUSTER_SHARED with the lab; skips aloud without.
# Usage: test/lab/ring.sh [LAYOUT...]   a layout is TRANSPORT:KIND,KIND,KIND (real or ours)
# RING_MESSAGES: how many each node sends in the first round; RING_TOTEM: one more line for knet's totem
# section, such as "link_mode: active".
set -euo pipefail
skip() { echo "SKIPPED: $1"; exit 0; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
muster=${MUSTER_BIN:-$root/dist/muster}
[[ $(id -u) == 0 ]] || skip "machines need root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is missing"
command -v cc >/dev/null || skip "there is no C compiler"
lab=${MUSTER_SHARED:-}/lab/lab
[[ -x $lab ]] || skip "MUSTER_SHARED has no lab"
[[ -x $muster ]] || skip "$muster is not built"
layouts=("$@")
[[ $# -gt 0 ]] || layouts=(knet:real,ours,ours knet:real,real,ours udpu:real,ours,ours udpu:real,real,ours udp:real,ours,ours)
messages=${RING_MESSAGES:-34000}

export LAB_ID=${LAB_ID:-mustering} LAB_QUIET=1
work=$(mktemp -d)
trap '"$lab" down >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "FAILED: $1"; exit 1; }
on() { "$lab" exec "$1" "$2"; }

cc -O2 "$here/cpg-order.c" -o "$work/cpg-order" -ldl
"$root/node_modules/.bin/bun" build --compile "$here/ring-order.ts" --outfile "$work/ring-order" >/dev/null
head -c 256 /dev/urandom >"$work/authkey"
"$lab" up reference 3
for node in node1 node2 node3; do
  "$lab" put $node "$muster" /usr/local/bin/muster
  "$lab" put $node "$work/cpg-order" /root/cpg-order
  "$lab" put $node "$work/ring-order" /root/ring-order
  "$lab" put $node "$work/authkey" /etc/corosync/authkey
done

write_conf() { # TRANSPORT
  local crypto="" second="" i
  if [[ $1 == knet ]]; then
    crypto=$'    crypto_cipher: aes256\n    crypto_hash: sha256\n'
    [[ -z ${RING_TOTEM:-} ]] || crypto+="    $RING_TOTEM"$'\n'
  fi
  {
    printf 'totem {\n    version: 2\n    cluster_name: mixed\n    transport: %s\n%s}\nnodelist {\n' "$1" "$crypto"
    for i in 1 2 3; do
      [[ $1 == knet ]] && second="        ring1_addr: 10.77.1.1$i"$'\n'
      printf '    node {\n        ring0_addr: 10.77.0.1%s\n%s        name: node%s\n        nodeid: %s\n    }\n' \
        "$i" "$second" "$i" "$i"
    done
    printf '}\nquorum {\n    provider: corosync_votequorum\n}\nlogging {\n    to_logfile: yes\n'
    printf '    logfile: /var/log/corosync/corosync.log\n    to_stderr: no\n    to_syslog: no\n}\n'
  } >"$work/conf"
}

declare -A kind
tool() { # NODE TOOL ARGS: the node's own tool
  local node=$1; shift
  if [[ ${kind[$node]} == real ]]; then on "$node" "/usr/sbin/$*"; else on "$node" "/usr/local/bin/muster $*"; fi
}
start() {
  if [[ ${kind[$1]} == real ]]; then on "$1" "systemctl start corosync"
  else on "$1" "systemctl reset-failed musterring 2>/dev/null; systemd-run --quiet --unit=musterring --collect /usr/local/bin/muster ring"; fi
}
unit() { [[ ${kind[$1]} == real ]] && echo corosync || echo musterring; }
stop() { on "$1" "systemctl stop $(unit "$1") 2>/dev/null || true"; }
nodes_of() { tool "$1" corosync-quorumtool -s 2>/dev/null | sed -n 's/^Nodes: *//p' || true; }
ring_of() { tool "$1" corosync-quorumtool -s 2>/dev/null | sed -n 's/^Ring ID: *//p' || true; }
# All of NODES... see COUNT members in one ring, within half a minute.
agree() { # COUNT NODE...
  local count=$1 i node rings; shift
  for i in $(seq 150); do
    rings=""
    for node in "$@"; do
      [[ $(nodes_of "$node") == "$count" ]] && rings+="$(ring_of "$node")"$'\n'
    done
    if [[ $(printf %s "$rings" | wc -l) == $# && $(printf %s "$rings" | sort -u | wc -l) == 1 ]]; then return; fi
    sleep 0.2
  done
  fail "$*: no ring of $count"
}
order() { # COUNT LABEL: COUNT messages from each node
  local count=$1 i client pids=()
  for i in 1 2 3; do
    client=cpg-order; [[ ${kind[node$i]} == ours ]] && client=ring-order
    on node$i "/root/$client 3 $count $((3 * count)) 120" >"$work/order$i" &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || fail "$2: messages are missing: $(cat "$work"/order? | tr '\n' ';')"; done
  [[ $(cat "$work"/order? | sort -u | wc -l) == 1 ]] || fail "$2: $(cat "$work"/order? | tr '\n' ';')"
  echo "  $2: $(cut -d' ' -f1 "$work/order1") messages, $(cut -d' ' -f2 "$work/order1") bytes, hash $(cut -d' ' -f3 "$work/order1") on all three"
}

run_layout() {
  local transport=${1%%:*} kinds i before node
  IFS=, read -ra kinds <<<"${1#*:}"
  for i in 0 1 2; do kind[node$((i + 1))]=${kinds[i]}; done
  echo "layout $1"
  write_conf "$transport"
  for node in node1 node2 node3; do "$lab" put $node "$work/conf" /etc/corosync/corosync.conf; done
  for node in node1 node2 node3; do start $node; done
  agree 3 node1 node2 node3
  # Who is real sees all as members, and all links as connected.
  on node1 "/usr/sbin/corosync-quorumtool -s" >"$work/quorum" || true
  [[ $(grep -c '^ *[123] *1 .*node' "$work/quorum") == 3 ]] || fail "corosync-quorumtool: $(cat "$work/quorum")"
  grep -q '^Quorate: *Yes' "$work/quorum" || fail "not quorate"
  for i in $(seq 100); do
    on node1 "/usr/sbin/corosync-cfgtool -s" >"$work/links"
    grep -q disconnected "$work/links" || break
    sleep 0.2
  done
  grep -Eq '(nodeid: *2:|nodeid 2).*connected' "$work/links" || fail "corosync-cfgtool: $(cat "$work/links")"
  ! grep -q disconnected "$work/links" || fail "corosync-cfgtool: $(cat "$work/links")"
  echo "  the real node's corosync-quorumtool and corosync-cfgtool show three equal members"

  order "$messages" "no fault"
  before=$(ring_of node1)
  "$lab" loss node2 5; "$lab" loss node3 5
  order $((messages / 10)) "5 % loss at node2 and node3"
  "$lab" loss node2 0; "$lab" loss node3 0
  [[ $(ring_of node1) == "$before" ]] || echo "  (the ring changed under loss: $before, now $(ring_of node1))"
  agree 3 node1 node2 node3

  if [[ $transport == knet ]]; then
    before=$(ring_of node1)
    "$lab" cut node3 0
    for i in $(seq 150); do
      on node1 "/usr/sbin/corosync-cfgtool -s" >"$work/links"
      tool node3 corosync-cfgtool -s >"$work/links3"
      grep -q 'nodeid: *3:.*disconnected' "$work/links" && grep -q disconnected "$work/links3" && break
      sleep 0.2
    done
    grep -q 'nodeid: *3:.*disconnected' "$work/links" || fail "node1 does not see the link down: $(cat "$work/links")"
    grep -q disconnected "$work/links3" || fail "node3 does not see the link down: $(cat "$work/links3")"
    order 2000 "one of two links cut"
    "$lab" heal node3
    for i in $(seq 150); do
      on node1 "/usr/sbin/corosync-cfgtool -s" >"$work/links"
      tool node3 corosync-cfgtool -s >"$work/links3"
      cat "$work/links" "$work/links3" | grep -q disconnected || break
      sleep 0.2
    done
    ! cat "$work/links" "$work/links3" | grep -q disconnected || fail "the link stays down"
    [[ $(ring_of node1) == "$before" ]] || fail "the ring changed: $before, now $(ring_of node1)"
    "$lab" cut node3 1
    order 2000 "the other link cut, the first one used again"
    "$lab" heal node3
    [[ $(ring_of node1) == "$before" ]] || fail "the ring changed: $before, now $(ring_of node1)"
    echo "  ring $before all the time"
    sleep 5
  fi

  "$lab" cut node3; agree 2 node1 node2; "$lab" heal node3; agree 3 node1 node2 node3
  echo "  node3 cut off and healed"
  "$lab" freeze node2; agree 2 node1 node3; "$lab" thaw node2; agree 3 node1 node2 node3
  echo "  node2 frozen and thawed"
  for node in node1 node3; do
    on $node "systemctl kill -s KILL $(unit $node)"
    if [[ $node == node1 ]]; then agree 2 node2 node3; else agree 2 node1 node2; fi
    sleep 1; start $node; agree 3 node1 node2 node3
    echo "  $node (${kind[$node]}) killed and back"
  done
  order $((messages / 10)) "after all that"
  for node in node3 node2 node1; do stop $node; done
}

for layout in "${layouts[@]}"; do run_layout "$layout"; done
echo "ring.sh: passed"
