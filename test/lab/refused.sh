#!/usr/bin/env bash
# What must be refused is refused, logged and without effect: wrong passwords, unknown and forged
# tokens, oversized bodies, paths that lead elsewhere, users outside haclient; secrets show nowhere.
# Needs root, the lab and a package: test/lab/refused.sh PACKAGE.deb [ROOT]
set -euo pipefail
skip() { echo "SKIPPED: $1"; exit 0; }
deb=${1:-} root=${2:-local}
[[ -f $deb ]] || skip "no package given (npm run package builds one)"
[[ $(id -u) == 0 ]] || skip "machines need root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is missing"
lab=${MUSTER_SHARED:-}/lab/lab
[[ -x $lab ]] || skip "MUSTER_SHARED has no lab"
export LAB_ID=${LAB_ID:-musterrefused} LAB_QUIET=1 LAB_DEB=$deb
[[ -n ${KEEP:-} ]] || trap '"$lab" down >/dev/null 2>&1 || true' EXIT
"$lab" down >/dev/null 2>&1 || true
"$lab" up "$root" 2
failures=0
on() { "$lab" exec "$1" "$2"; }
check() { # WHAT, then a command that must succeed
  local what=$1; shift
  if "$@" >/tmp/refused.$$ 2>&1; then echo "ok: $what"; else
    echo "FAILED: $what"; head -5 /tmp/refused.$$; failures=$((failures + 1)); fi
  rm -f /tmp/refused.$$
}
refuses() { # WHAT NODE COMMAND: the command fails
  local what=$1 node=$2 line=$3
  check "$what" on "$node" "! { $line ; }"
}
status() { # WHAT NODE WANTED CURL-ARGUMENTS: an HTTP status
  local what=$1 node=$2 wanted=$3; shift 3
  local got; got=$(on "$node" "curl -sk -o /tmp/body -w '%{http_code}' --max-time 20 $*" || true)
  if [[ $got =~ ^($wanted)$ ]]; then echo "ok: $what: $got"; else
    echo "FAILED: $what: $got, wanted $wanted"; failures=$((failures + 1)); fi
}
for node in node1 node2; do
  on $node 'echo "hacluster:lab-secret-7391" | chpasswd; useradd -m mallory; systemctl start pcsd'
done

echo "# passwords"
refuses "a wrong password" node1 "pcs host auth node1 node2 -u hacluster -p wrong-6120"
refuses "another user, even with its right password" node1 "echo mallory:right-5511 | chpasswd; pcs host auth node1 -u mallory -p right-5511"
refuses "an empty password" node1 "pcs host auth node1 -u hacluster -p ''"
check "refusals are in the log" on node1 "journalctl -u pcsd --no-pager | grep -iq 'hacluster'"
on node1 'pcs host auth node1 node2 -u hacluster -p lab-secret-7391' >/dev/null
on node1 'pcs cluster setup test node1 node2 --start --enable --wait=60' >/dev/null 2>&1
on node1 'pcs property set stonith-enabled=false; pcs resource create d ocf:pacemaker:Dummy'

echo "# tokens"
url=https://node2:2224/remote
status "no token" node1 "401" $url/get_configs
status "a made-up token" node1 "401" "-b token=11111111-2222-3333-4444-555555555555 $url/get_configs"
status "a token with more behind it" node1 "401" "-b \"token=\$(grep -o '[0-9a-f-]\{36\}' /var/lib/pcsd/known-hosts | head -1)x\" $url/get_configs"
status "an empty token" node1 "401" "-b token= $url/get_configs"
status "a forged session" node1 "401|302|404" "-b 'pcsd.sid=../../etc/passwd; rack.session=AAAA' $url/node_restart"
status "another's user name beside a token of nobody" node1 "401" "-b 'token=x; CIB_user=hacluster; CIB_user_groups=aGFjbGllbnQ=' $url/cluster_destroy"
on node2 'mv /var/lib/pcsd/pcs_users.conf /root/; systemctl restart pcsd'
refuses "tokens that the other side forgot" node1 "curl -skf -b token=\$(sed -n 's/.*\"token\": *\"\([^\"]*\)\".*/\1/p' /var/lib/pcsd/known-hosts | tail -1) $url/check_host"
on node2 'mv /root/pcs_users.conf /var/lib/pcsd/; systemctl restart pcsd'

echo "# sizes and paths"
on node1 'head -c 64000000 /dev/zero | tr "\0" a >/tmp/big'
status "a body of 64 MB" node1 "4..|000" "--data-binary @/tmp/big https://node2:2224/remote/auth"
status "a path out of the tree" node1 "40.|401" "--path-as-is https://node2:2224/../../../../etc/shadow"
status "the same, encoded" node1 "40.|401" "--path-as-is https://node2:2224/remote/%2e%2e/%2e%2e/etc/shadow"
check "nothing of the file came" on node1 '! grep -q root: /tmp/body'
check "pcsd is still there" on node2 'systemctl is-active --quiet pcsd && [ "$(systemctl show -p NRestarts --value pcsd)" = 0 ]'
for method in PUT DELETE TRACE; do status "$method" node1 "4..|501" "-X $method https://node2:2224/remote/auth"; done

echo "# users outside haclient"
for line in 'crm_mon -1' 'cibadmin -Q' 'crm_resource -r d --ban -N node1' 'crm_attribute -n x -v 1' 'attrd_updater -n x -U 1' \
  'stonith_admin -F node2' 'crm_node -R node2 --force' 'crmadmin -D' 'corosync-cfgtool -s' 'corosync-cmapctl -s a.b str c' 'corosync-quorumtool -s' \
  'pcs resource delete d' 'pcs cluster stop --force' 'pcs cluster destroy'; do
  refuses "mallory: $line" node1 "runuser -u mallory -- $line"
done
check "every socket is closed to others" on node1 '
  for s in /run/muster/*.sock /run/pcsd.socket; do
    runuser -u mallory -- python3 -c "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b\"{}\n\"); s.settimeout(2); sys.exit(0 if s.recv(10) else 1)" $s 2>/dev/null && { echo "open: $s"; exit 1; }
  done; true'
check "the resource is where it was" on node1 'pcs resource status d | grep -q Started'
check "no attribute was set" on node1 '! cibadmin -Q | grep -q "name=\"x\""'

echo "# secrets"
check "no password and no token in logs" on node1 '
  { journalctl --no-pager; cat /var/log/pcsd/* /var/log/pacemaker/* /var/log/cluster/* 2>/dev/null; } >/tmp/logs
  ! grep -q "lab-secret-7391\|wrong-6120\|right-5511" /tmp/logs || exit 1
  for t in $(grep -ohE "[0-9a-f]{8}-[0-9a-f-]{27}" /var/lib/pcsd/known-hosts); do ! grep -q "$t" /tmp/logs || exit 1; done'
check "keys and tokens are for root and haclient alone" on node1 '
  ! find /var/lib/pcsd /etc/corosync/authkey /etc/pacemaker /var/lib/pacemaker -type f -perm /o+rwx | grep -v "pcsd_settings.conf\|\.crt$" | grep .'
check "no secret in the process list of the daemons" on node1 '! ps -eo args | grep -v grep | grep -q "lab-secret-7391"'

[[ $failures == 0 ]] && echo "refused.sh: passed" || { echo "refused.sh: $failures failed"; exit 1; }
