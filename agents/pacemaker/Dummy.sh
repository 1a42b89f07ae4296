# ocf:pacemaker:Dummy: remembers in a file whether it is started. For tests and first steps.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="Dummy" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
Runs nothing: a file records whether the resource is started. Parameters make actions slow or let
them fail, so that a cluster's reactions can be tried.
</longdesc>
<shortdesc lang="en">Example stateless resource agent</shortdesc>
<parameters>
<parameter name="state" unique-group="state">
<longdesc lang="en">File that exists while the resource is started.</longdesc>
<shortdesc lang="en">State file</shortdesc>
<content type="string" default="$HA_VARRUN/Dummy-$OCF_RESOURCE_INSTANCE.state" />
</parameter>
<parameter name="passwd" reloadable="1">
<longdesc lang="en">A password that is used for nothing.</longdesc>
<shortdesc lang="en">Password</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="fake" reloadable="1">
<longdesc lang="en">A value that is used for nothing: changing it reloads the agent.</longdesc>
<shortdesc lang="en">Value to change for a reload</shortdesc>
<content type="string" default="dummy" />
</parameter>
<parameter name="op_sleep" reloadable="1">
<longdesc lang="en">Seconds that every action takes. For trying timeouts.</longdesc>
<shortdesc lang="en">Operation sleep duration in seconds.</shortdesc>
<content type="string" default="0" />
</parameter>
<parameter name="fail_start_on" reloadable="1">
<longdesc lang="en">
Name of a node where start, migrate_from and reload-agent report a failure although the resource
is then started.
</longdesc>
<shortdesc lang="en">Node where a start seems to fail</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="envfile" reloadable="1">
<longdesc lang="en">File to which every call appends its environment.</longdesc>
<shortdesc lang="en">Environment dump file</shortdesc>
<content type="string" default="" />
</parameter>
</parameters>
<actions>
<action name="start"        timeout="20s" />
<action name="stop"         timeout="20s" />
<action name="monitor"      timeout="20s" interval="10s" depth="0"/>
<action name="reload"       timeout="20s" />
<action name="reload-agent" timeout="20s" />
<action name="migrate_to"   timeout="20s" />
<action name="migrate_from" timeout="20s" />
<action name="validate-all" timeout="20s" depth="0" />
<action name="meta-data"    timeout="5s" />
</actions>
</resource-agent>
END
}

pretend_failure() {
    [ -n "$OCF_RESKEY_fail_start_on" ] || return $OCF_SUCCESS
    [ "$OCF_RESKEY_fail_start_on" = "$OCF_RESKEY_CRM_meta_on_node" ] ||
        [ "$OCF_RESKEY_fail_start_on" = "$(uname -n)" ] || return $OCF_SUCCESS
    reason "told to fail on $OCF_RESKEY_fail_start_on"
    return $OCF_ERR_GENERIC
}

dummy_start() {
    if [ ! -f "$state" ]; then
        make_folder "$(dirname "$state")"
        : >"$state" || fail $OCF_ERR_PERM "cannot write $state"
    fi
    pretend_failure
}

dummy_stop() {
    rm -f "$state" || fail $OCF_ERR_GENERIC "cannot remove $state"
}

dummy_monitor() {
    [ -f "$state" ] || return $OCF_NOT_RUNNING
    # Levels of depth that stand for kinds of trouble.
    case $OCF_CHECK_LEVEL in
        10) sleep 30 ;;
        20)
            n=$(od -An -N1 -tu1 /dev/urandom)
            [ $((n % 5)) -ne 1 ] || fail $OCF_ERR_GENERIC "smoke detected near CPU fan"
            ;;
        30) fail $OCF_ERR_GENERIC "hyperdrive quota reached" ;;
        40)
            rc=$(cat "$state")
            [ -z "$rc" ] || fail "$rc" "the state file asks for exit code $rc"
            ;;
    esac
    return $OCF_SUCCESS
}

dummy_validate() {
    is_number "${OCF_RESKEY_op_sleep:-0}" ||
        fail $OCF_ERR_CONFIGURED "op_sleep is no number: $OCF_RESKEY_op_sleep"
    [ "$OCF_CHECK_LEVEL" = 10 ] || return $OCF_SUCCESS
    folder=$(dirname "$state")
    [ -d "$folder" ] && [ -w "$folder" ] || fail $OCF_ERR_ARGS "cannot write into $folder"
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
state=${OCF_RESKEY_state:-$HA_VARRUN/Dummy-$(instance).state}
dump_environment
is_number "$OCF_RESKEY_op_sleep" && [ "$OCF_RESKEY_op_sleep" -gt 0 ] && sleep "$OCF_RESKEY_op_sleep"

case $ACTION in
    start | migrate_from) dummy_start ;;
    stop | migrate_to) dummy_stop ;;
    monitor) dummy_monitor ;;
    reload) ;;
    reload-agent) pretend_failure ;;
    validate-all) dummy_validate ;;
    *) unimplemented "start|stop|monitor|reload|reload-agent|migrate_to|migrate_from|validate-all|meta-data" ;;
esac
