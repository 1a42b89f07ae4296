# ocf:pacemaker:SysInfo: a node's processor, memory and disks as node attributes.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="SysInfo" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
With each monitor facts about the node become node attributes: arch, os, cpu_info, cpu_speed,
cpu_cores, cpu_load, ram_total, ram_free, free_swap (megabytes), root_free and one such for each
further disk, and #health_disk, which is red when a disk is nearly full.
</longdesc>
<shortdesc lang="en">Record various node information</shortdesc>
<parameters>
<parameter name="pidfile" unique-group="pidfile">
<longdesc lang="en">File that exists while the resource is started.</longdesc>
<shortdesc lang="en">PID file</shortdesc>
<content type="string" default="$HA_VARRUN/SysInfo-$OCF_RESOURCE_INSTANCE" />
</parameter>
<parameter name="delay">
<longdesc lang="en">How long to wait for further changes before an attribute is written.</longdesc>
<shortdesc lang="en">Dampening delay</shortdesc>
<content type="string" default="0s" />
</parameter>
<parameter name="disks" reloadable="1">
<longdesc lang="en">Mount points beside / whose free space is recorded, parted by spaces.</longdesc>
<shortdesc lang="en">Disks to check</shortdesc>
<content type="string" />
</parameter>
<parameter name="disk_unit" reloadable="1">
<longdesc lang="en">Unit of free disk space: one of b, k, m, g, t, p.</longdesc>
<shortdesc lang="en">Unit for free disk space</shortdesc>
<content type="select" default="G"><option value="B"/><option value="K"/><option value="M"/>
<option value="G"/><option value="T"/><option value="P"/></content>
</parameter>
<parameter name="min_disk_free" reloadable="1">
<longdesc lang="en">Free space at which #health_disk becomes red, in disk_unit unless it has a unit.</longdesc>
<shortdesc lang="en">Minimum free disk space</shortdesc>
<content type="string" default=""/>
</parameter>
</parameters>
<actions>
<action name="start"   timeout="20s" />
<action name="stop"    timeout="20s" />
<action name="monitor" timeout="20s" interval="60s"/>
<action name="reload-agent" timeout="20s" />
<action name="meta-data"  timeout="5s" />
<action name="validate-all"  timeout="30s" depth="0" />
</actions>
</resource-agent>
END
}

record() {
    [ -n "$2" ] || return
    "$HA_SBIN_DIR/attrd_updater" -d "${OCF_RESKEY_delay:-0s}" -S status -n "$1" -B "$2"
}

# megabytes FIELD: of /proc/meminfo, rounded up to the next 50 so that it changes seldom.
megabytes() {
    awk -v name="$1:" '$1 == name { m = int($2 / 1024); print int((m + 49) / 50) * 50 }' /proc/meminfo
}

# Bytes in one disk_unit; empty when there is no such unit.
unit_bytes() {
    case $1 in
        [Bb]) echo 1 ;;
        [Kk]) echo 1024 ;;
        [Mm]) echo 1048576 ;;
        [Gg]) echo 1073741824 ;;
        [Tt]) echo 1099511627776 ;;
        [Pp]) echo 1125899906842624 ;;
    esac
}

# Free space of the file system at a mount point, in disk_unit.
disk_free() {
    df -P -k "$1" 2>/dev/null | awk -v unit="$unit" 'NR == 2 { print int($4 * 1024 / unit) }'
}

record_disks() {
    health=green
    least=${OCF_RESKEY_min_disk_free%%[!0-9]*}
    suffix=${OCF_RESKEY_min_disk_free#"$least"}
    if [ -n "$least" ] && [ -n "$suffix" ]; then
        least=$((least * $(unit_bytes "$(echo "$suffix" | cut -c1)") / unit))
    fi
    for disk in / $OCF_RESKEY_disks; do
        free=$(disk_free "$disk")
        [ -n "$free" ] || continue
        label=$(echo "$disk" | sed 's,^/*,,; s,/,_,g')
        record "${label:-root}_free" "$free"
        [ -n "$least" ] && [ "$free" -le "$least" ] && health=red
    done
    record "#health_disk" "$health"
}

record_all() {
    record arch "$(uname -m)"
    record os "$(uname -s)-$(uname -r)"
    record cpu_info "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
    record cpu_speed "$(sed -n 's/^bogomips[^:]*: //p' /proc/cpuinfo | head -1)"
    record cpu_cores "$(grep -c '^processor' /proc/cpuinfo)"
    record cpu_load "$(cut -d' ' -f2 /proc/loadavg)"
    record free_swap "$(megabytes SwapFree)"
    record ram_total "$(megabytes MemTotal)"
    record ram_free "$(megabytes MemAvailable)"
    record_disks
    return $OCF_SUCCESS
}

sysinfo_validate() {
    [ -n "$unit" ] || fail $OCF_ERR_CONFIGURED "there is no disk_unit $OCF_RESKEY_disk_unit"
    case $OCF_RESKEY_min_disk_free in
        '' | [0-9]*) ;;
        *) fail $OCF_ERR_CONFIGURED "min_disk_free is no size: $OCF_RESKEY_min_disk_free" ;;
    esac
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
state=${OCF_RESKEY_pidfile:-$HA_VARRUN/SysInfo-$(instance)}
unit=$(unit_bytes "${OCF_RESKEY_disk_unit:-G}")

case $ACTION in
    start)
        sysinfo_validate
        make_folder "$(dirname "$state")"
        : >"$state" || fail $OCF_ERR_PERM "cannot write $state"
        record_all
        ;;
    stop) rm -f "$state" ;;
    monitor)
        [ -f "$state" ] || exit $OCF_NOT_RUNNING
        record_all
        ;;
    reload-agent) ;;
    validate-all) sysinfo_validate ;;
    *) unimplemented "start|stop|monitor|reload-agent|validate-all|meta-data" ;;
esac
