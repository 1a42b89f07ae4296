# For the scripts beside it, to be sourced with the package as $1: the lab's command in $lab, what a
# script needs to be run at all, and commands on nodes. Sets a trap that takes the machines down.
# Usage: . machines.sh "${1:-}" LAB_ID

skip() { echo "SKIPPED: $1"; exit 0; }
fail() { echo "FAILED: $1"; exit 1; }
deb=$1
[[ -f $deb ]] || skip "no package given (npm run package builds one)"
[[ $(id -u) == 0 ]] || skip "machines need root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is missing"
lab=${MUSTER_SHARED:-}/lab/lab
[[ -x $lab ]] || skip "MUSTER_SHARED has no lab"
export LAB_ID=$2 LAB_QUIET=1
scratch=$(mktemp)
trap '"$lab" down >/dev/null 2>&1 || true; rm -f "$scratch"' EXIT

on() { "$lab" exec "$1" "$2"; }
# Until a command goes well on node1: until_so COMMAND [SECONDS]
until_so() {
  local _
  for _ in $(seq $((2 * ${2:-60}))); do
    if on node1 "$1" >/dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  fail "$1"
}
