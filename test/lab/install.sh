#!/usr/bin/env bash
# The packages on fresh roots: installed with apt-get, used, removed, purged; nothing may be left.
# A host's corosync.conf and cib.xml are taken over as they are and outlive a removal.
# Needs root, the lab's cached roots and the network of the host's package mirror for dependencies.
# Usage: test/lab/install.sh PACKAGE.deb [PACKAGE.rpm]
set -euo pipefail
skip() { echo "SKIPPED: $1"; exit 0; }
deb=${1:-} rpm=${2:-}
[[ -f $deb ]] || skip "no package given (npm run package builds one)"
[[ $(id -u) == 0 ]] || skip "roots need root"
base=${LAB_DIR:-/var/tmp/ha-lab}/rootfs/base
[[ -d $base ]] || skip "the lab has no base root (lab rootfs base)"

work=$(mktemp -d /var/tmp/muster-install.XXXXXX)
trap 'umount -l "$work/root" 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $1"; exit 1; }
fresh() {
  umount -l "$work/root" 2>/dev/null || true
  rm -rf "${work:?}"/{up,ovl,root}; mkdir -p "$work"/{up,ovl,root}
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/up,workdir=$work/ovl" "$work/root"
  cp /etc/resolv.conf "$work/root/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$work/root/usr/sbin/policy-rc.d"; chmod 755 "$work/root/usr/sbin/policy-rc.d"
}
in_root() {
  unshare --mount --propagation private bash -c '
    r=$1; shift; mount -t proc proc "$r/proc"; mount --rbind /dev "$r/dev"
    exec chroot "$r" /usr/bin/env -i HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"' in_root "$work/root" "$@"
}
# Everything on the disk but what the package manager itself keeps.
listing() {
  (cd "$work/root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./var/cache -o -path ./var/lib/apt \
    -o -path ./var/lib/dpkg -o -path ./var/log/apt -o -path ./var/log/dpkg.log -o -path ./var/lib/rpm -o -path ./usr/lib/sysimage \) -prune -o -print | sort)
}

fresh
in_root apt-get -qq update
listing >"$work/before"
cp "$deb" "$work/root/tmp/muster.deb"
in_root apt-get -qq -y --no-install-recommends install /tmp/muster.deb >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log"; fail "apt-get install"; }
[[ $(in_root pcs --version) == 0.12.* ]] || fail "pcs --version"
[[ $(in_root id -gn hacluster) == haclient ]] || fail "hacluster is not in haclient"
in_root getent passwd hacluster | grep -q nologin || fail "hacluster can log in"
in_root dpkg --verify muster || fail "dpkg --verify"
echo "installed: $(in_root dpkg-query -W -f '${Installed-Size}' muster) KiB by dpkg, $(in_root dpkg-query -W | wc -l) packages in the root"

# What an administrator left stays until the purge.
mkdir -p "$work/root/etc/corosync" "$work/root/var/lib/pacemaker/cib"
echo '# mine' >"$work/root/etc/corosync/corosync.conf"
in_root apt-get -qq -y remove muster >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log"; fail "apt-get remove"; }
grep -q mine "$work/root/etc/corosync/corosync.conf" || fail "removing took the configuration"
[[ -e $work/root/etc/default/pacemaker ]] || fail "removing took /etc/default/pacemaker"
in_root apt-get -qq -y purge muster >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log"; fail "apt-get purge"; }
in_root apt-get -qq -y autoremove --purge >>"$work/apt.log" 2>&1
listing >"$work/after"
# The account stays, as Debian's packages leave it: its number must never go to another user.
left=$(comm -13 "$work/before" "$work/after" || true)
[[ -z $left ]] || { echo "$left" | head -40; fail "the purge left files"; }
echo "deb: installed, removed, purged; nothing left"

if [[ -f $rpm ]]; then
  fresh
  in_root apt-get -qq update
  in_root apt-get -qq -y --no-install-recommends install rpm >"$work/apt.log" 2>&1 || { tail -5 "$work/apt.log"; fail "no rpm to be had"; }
  listing >"$work/before"
  cp "$rpm" "$work/root/tmp/muster.rpm"
  # The root's libc is Debian's: rpm knows nothing of it.
  in_root rpm -i --nodeps /tmp/muster.rpm >"$work/rpm.log" 2>&1 || { tail -20 "$work/rpm.log"; fail "rpm -i"; }
  [[ $(in_root pcs --version) == 0.12.* ]] || fail "pcs --version from the rpm"
  in_root rpm -e muster >"$work/rpm.log" 2>&1 || { tail -20 "$work/rpm.log"; fail "rpm -e"; }
  listing >"$work/after"
  left=$(comm -13 "$work/before" "$work/after" | grep -vE '^\./(etc/(passwd|group|shadow|gshadow)-?$|var/(lib|log)/(pacemaker|pcsd|corosync|cluster))' || true)
  [[ -z $left ]] || { echo "$left" | head -40; fail "removing the rpm left files"; }
  echo "rpm: installed, removed; only data of the cluster left"
fi
echo "install.sh: passed"
