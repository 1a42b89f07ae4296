# ocf:pacemaker:HealthCPU: the attribute #health-cpu says how busy a node is.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="HealthCPU" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
With each monitor the share of idle processor time over one second sets the node attribute
#health-cpu to green, yellow or red. The property node-health-strategy says what follows.
</longdesc>
<shortdesc lang="en">System health CPU usage</shortdesc>
<parameters>
<parameter name="state" unique-group="state">
<longdesc lang="en">File that exists while the resource is started.</longdesc>
<shortdesc lang="en">State file</shortdesc>
<content type="string" default="$HA_VARRUN/health-cpu-$OCF_RESOURCE_INSTANCE.state" />
</parameter>
<parameter name="yellow_limit" reloadable="1">
<longdesc lang="en">Below this percentage of idle time the node is yellow.</longdesc>
<shortdesc lang="en">Lower limit for yellow health attribute</shortdesc>
<content type="string" default="50"/>
</parameter>
<parameter name="red_limit" reloadable="1">
<longdesc lang="en">Below this percentage of idle time the node is red.</longdesc>
<shortdesc lang="en">Lower limit for red health attribute</shortdesc>
<content type="string" default="10"/>
</parameter>
<parameter name="dampening" reloadable="1">
<longdesc lang="en">How long to wait for further changes before the attribute is written.</longdesc>
<shortdesc lang="en">Dampening</shortdesc>
<content type="string" default="30s"/>
</parameter>
</parameters>
<actions>
<action name="start"        timeout="10s" />
<action name="stop"         timeout="10s" />
<action name="monitor"      timeout="10s" interval="10s" start-delay="0s" />
<action name="reload-agent" timeout="20s" />
<action name="meta-data"    timeout="5s" />
<action name="validate-all"   timeout="10s" depth="0" />
</actions>
</resource-agent>
END
}

# Ticks since boot: idle (with waiting for disks) and all.
ticks() {
    awk '$1 == "cpu" { all = 0; for (i = 2; i <= 9; i++) all += $i; print $5 + $6, all }' /proc/stat
}

idle_percent() {
    # shellcheck disable=SC2046
    set -- $(ticks) $(sleep 1) $(ticks)
    [ $(($4 - $2)) -gt 0 ] || { echo 100; return; }
    echo $((($3 - $1) * 100 / ($4 - $2)))
}

health_monitor() {
    [ -f "$state" ] || return $OCF_NOT_RUNNING
    idle=$(idle_percent)
    color=green
    [ "$idle" -ge "${OCF_RESKEY_yellow_limit:-50}" ] || color=yellow
    [ "$idle" -ge "${OCF_RESKEY_red_limit:-10}" ] || color=red
    "$HA_SBIN_DIR/attrd_updater" -n "#health-cpu" -B "$color" -d "${OCF_RESKEY_dampening:-30s}"
    return $OCF_SUCCESS
}

health_validate() {
    is_number "${OCF_RESKEY_yellow_limit:-50}" && is_number "${OCF_RESKEY_red_limit:-10}" ||
        fail $OCF_ERR_CONFIGURED "yellow_limit and red_limit have to be numbers"
    [ "${OCF_RESKEY_yellow_limit:-50}" -gt "${OCF_RESKEY_red_limit:-10}" ] ||
        fail $OCF_ERR_CONFIGURED "yellow_limit has to be above red_limit"
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
state=${OCF_RESKEY_state:-$HA_VARRUN/health-cpu-$(instance).state}

case $ACTION in
    start)
        health_validate
        make_folder "$(dirname "$state")"
        : >"$state" || fail $OCF_ERR_PERM "cannot write $state"
        ;;
    stop)
        "$HA_SBIN_DIR/attrd_updater" -D -n "#health-cpu" -d "${OCF_RESKEY_dampening:-30s}"
        rm -f "$state"
        ;;
    monitor) health_monitor ;;
    reload-agent) ;;
    validate-all) health_validate ;;
    *) unimplemented "start|stop|monitor|reload-agent|validate-all|meta-data" ;;
esac
