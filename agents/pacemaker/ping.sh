# ocf:pacemaker:ping: counts the hosts that answer, for rules about a node's connection.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="ping" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
With each monitor the hosts of a list are pinged, and a node attribute is set to the number of those
that answered, times a multiplier. Location rules can keep services where the attribute is high.
</longdesc>
<shortdesc lang="en">Node connectivity</shortdesc>
<parameters>
<parameter name="pidfile" unique-group="pidfile">
<longdesc lang="en">File that exists while the resource is started.</longdesc>
<shortdesc lang="en">PID file</shortdesc>
<content type="string" default="$HA_VARRUN/ping-$OCF_RESOURCE_INSTANCE" />
</parameter>
<parameter name="dampen" reloadable="1">
<longdesc lang="en">How long to wait for further changes before the attribute is written.</longdesc>
<shortdesc lang="en">Dampening interval</shortdesc>
<content type="integer" default="5s"/>
</parameter>
<parameter name="name" unique-group="name">
<longdesc lang="en">Name of the node attribute.</longdesc>
<shortdesc lang="en">Attribute name</shortdesc>
<content type="string" default="pingd"/>
</parameter>
<parameter name="multiplier">
<longdesc lang="en">What each host that answers counts.</longdesc>
<shortdesc lang="en">Value multiplier</shortdesc>
<content type="integer" default="1"/>
</parameter>
<parameter name="host_list" required="1">
<longdesc lang="en">Names or addresses to ping, parted by spaces.</longdesc>
<shortdesc lang="en">Host list</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="attempts" reloadable="1">
<longdesc lang="en">Packets that a host may leave unanswered before it counts as silent.</longdesc>
<shortdesc lang="en">Number of ping attempts</shortdesc>
<content type="integer" default="3"/>
</parameter>
<parameter name="timeout" reloadable="1">
<longdesc lang="en">Seconds to wait for an answer.</longdesc>
<shortdesc lang="en">Ping timeout in seconds</shortdesc>
<content type="integer" default="2"/>
</parameter>
<parameter name="options">
<longdesc lang="en">Further options for the program ping.</longdesc>
<shortdesc lang="en">Extra options</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="failure_score">
<longdesc lang="en">The monitor fails when the attribute would be lower than this.</longdesc>
<shortdesc lang="en">Failure score</shortdesc>
<content type="integer" default=""/>
</parameter>
<parameter name="use_fping">
<longdesc lang="en">Has no effect here: all hosts are pinged at once in any case.</longdesc>
<shortdesc lang="en">Use fping if available</shortdesc>
<content type="boolean" default="1"/>
</parameter>
<parameter name="debug" reloadable="1">
<longdesc lang="en">Has no effect here.</longdesc>
<shortdesc lang="en">Debug mode</shortdesc>
<content type="string" default="false"/>
</parameter>
</parameters>
<actions>
<action name="start"   timeout="60s" />
<action name="stop"    timeout="20s" />
<action name="monitor" depth="0"  timeout="60s" interval="10s"/>
<action name="meta-data"  timeout="5s" />
<action name="validate-all"  timeout="30s" />
<action name="reload-agent"  timeout="20s" />
</actions>
</resource-agent>
END
}

# All hosts at once: one that is silent does not hold up the others.
count_answers() {
    pids=
    for host in $OCF_RESKEY_host_list; do
        # shellcheck disable=SC2086
        ping -n -q -c "${OCF_RESKEY_attempts:-3}" -i 0.2 -W "$patience" $OCF_RESKEY_options \
            "$host" </dev/null >/dev/null 2>&1 &
        pids="$pids $!"
    done
    answers=0
    for pid in $pids; do
        wait "$pid" && answers=$((answers + 1))
    done
}

update() {
    count_answers
    score=$((answers * ${OCF_RESKEY_multiplier:-1}))
    "$HA_SBIN_DIR/attrd_updater" -n "${OCF_RESKEY_name:-pingd}" -B "$score" \
        -d "${OCF_RESKEY_dampen:-5s}" || return $OCF_ERR_GENERIC
    [ -z "$OCF_RESKEY_failure_score" ] || [ "$score" -ge "$OCF_RESKEY_failure_score" ] ||
        fail $OCF_ERR_GENERIC "$answers hosts answered: $score is less than $OCF_RESKEY_failure_score"
    return $OCF_SUCCESS
}

ping_validate() {
    [ -n "$OCF_RESKEY_host_list" ] || fail $OCF_ERR_CONFIGURED "the parameter host_list is missing"
    is_number "${OCF_RESKEY_attempts:-3}" || fail $OCF_ERR_CONFIGURED "attempts is no number"
    command -v ping >/dev/null || fail $OCF_ERR_INSTALLED "the program ping is not installed"
}

ping_start() {
    [ -f "$state" ] && return $OCF_SUCCESS
    make_folder "$(dirname "$state")"
    : >"$state" || fail $OCF_ERR_PERM "cannot write $state"
    update
}

ping_stop() {
    rm -f "$state"
    "$HA_SBIN_DIR/attrd_updater" -D -n "${OCF_RESKEY_name:-pingd}" -d "${OCF_RESKEY_dampen:-5s}"
    return $OCF_SUCCESS
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
state=${OCF_RESKEY_pidfile:-$HA_VARRUN/ping-$(instance)}
patience=${OCF_RESKEY_timeout%%[!0-9]*}
[ "${patience:-0}" -gt 0 ] || patience=2

case $ACTION in
    start) ping_validate && ping_start ;;
    stop) ping_stop ;;
    monitor)
        [ -f "$state" ] || exit $OCF_NOT_RUNNING
        update
        ;;
    reload-agent) ;;
    validate-all) ping_validate ;;
    *) unimplemented "start|stop|monitor|reload-agent|validate-all|meta-data" ;;
esac
