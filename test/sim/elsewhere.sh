#!/bin/bash
# elsewhere.sh ROOTFS [SEED]: a seed's log here and inside the root filesystem of another system (other
# libc, locale, time zone, host name, one CPU), where the program that we build is the only runtime.
# Prints both hashes and fails when they differ. Needs root and a built dist/muster.
set -euo pipefail
root=${1:?usage: elsewhere.sh ROOTFS [SEED]}
seed=${2:-7}
here=$(cd "$(dirname "$0")/../.." && pwd)
system() { sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$1/etc/os-release"; }
libc() { "$@" ldd --version | sed -n 1p; }

hash_here=$(cd "$here" && node_modules/.bin/bun test/sim/hash.ts "$seed")
echo "$(system /), $(libc env), $(nproc) CPUs, TZ=${TZ:-none}, LANG=${LANG:-none}: $hash_here"

folder=$(mktemp -d)
trap 'umount "$folder"; rmdir "$folder"' EXIT
mount -t tmpfs tmpfs "$folder"
mkdir "$folder"/{upper,tmp,root}
hash_there=$(unshare --mount --uts bash -euc '
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/tmp" "$2/root"
  mkdir -p "$2/root/sources" && mount --bind "$3" "$2/root/sources"
  mount -t proc proc "$2/root/proc"
  hostname elsewhere
  exec taskset -c 0 chroot "$2/root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root TZ=Pacific/Chatham \
    LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 BUN_BE_BUN=1 \
    sh -c "cd /sources && dist/muster test/sim/hash.ts $4"
' elsewhere "$root" "$folder" "$here" "$seed")
echo "$(system "$root"), $(libc chroot "$root"), 1 CPU, TZ=Pacific/Chatham, LANG=tr_TR.UTF-8: $hash_there"
[ "$hash_here" = "$hash_there" ] || { echo "the logs differ" >&2; exit 1; }
echo "the same log"
