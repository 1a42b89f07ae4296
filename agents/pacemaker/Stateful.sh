# ocf:pacemaker:Stateful: remembers in a file whether it is stopped, unpromoted or promoted.

SCORE_UNPROMOTED=5
SCORE_PROMOTED=10

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="Stateful" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
Runs nothing: a file records whether the instance is stopped, unpromoted or promoted. For trying
promotable clones.
</longdesc>
<shortdesc lang="en">Example stateful resource agent</shortdesc>
<parameters>
<parameter name="state" unique-group="state">
<longdesc lang="en">File that holds the instance's role.</longdesc>
<shortdesc lang="en">State file</shortdesc>
<content type="string" default="$HA_VARRUN/Stateful-$OCF_RESOURCE_INSTANCE.state" />
</parameter>
<parameter name="envfile" reloadable="1">
<longdesc lang="en">File to which every call appends its environment.</longdesc>
<shortdesc lang="en">Environment dump file</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="notify_delay" reloadable="1">
<longdesc lang="en">Seconds that a notification takes.</longdesc>
<shortdesc lang="en">Notify delay in seconds</shortdesc>
<content type="string" default="" />
</parameter>
</parameters>
<actions>
<action name="start"   timeout="20s" />
<action name="stop"    timeout="20s" />
<action name="monitor" depth="0" timeout="20s" interval="10s" role="Promoted"/>
<action name="monitor" depth="0" timeout="20s" interval="11s" role="Unpromoted"/>
<action name="promote" timeout="10s" />
<action name="demote"  timeout="10s" />
<action name="notify"  timeout="5s" />
<action name="meta-data"  timeout="5s" />
<action name="reload-agent"  timeout="10s" />
<action name="validate-all"  timeout="30s" depth="0" />
</actions>
</resource-agent>
END
}

# The recorded role; empty when stopped.
role() {
    [ -f "$state" ] && cat "$state"
}

become() {
    make_folder "$(dirname "$state")"
    echo "$1" >"$state" || fail $OCF_ERR_PERM "cannot write $state"
    score "$2"
}

score() {
    "$HA_SBIN_DIR/crm_attribute" --promotion -v "$1"
}

stateful_start() {
    [ "$(role)" != Promoted ] || return $OCF_RUNNING_PROMOTED
    become Unpromoted $SCORE_UNPROMOTED
    return $OCF_SUCCESS
}

stateful_change() {
    [ -n "$(role)" ] || return $OCF_NOT_RUNNING
    become "$1" "$2"
    return $OCF_SUCCESS
}

stateful_stop() {
    "$HA_SBIN_DIR/crm_attribute" --promotion -D
    [ "$(role)" != Promoted ] || return $OCF_RUNNING_PROMOTED
    rm -f "$state"
}

stateful_monitor() {
    if [ -f "$state.rc" ]; then
        rc=$(cat "$state.rc")
        fail "$rc" "the file $state.rc asks for exit code $rc"
    fi
    case $(role) in
        '') return $OCF_NOT_RUNNING ;;
        Unpromoted) probe_score $SCORE_UNPROMOTED; return $OCF_SUCCESS ;;
        Promoted) probe_score $SCORE_PROMOTED; return $OCF_RUNNING_PROMOTED ;;
        *) fail $OCF_ERR_GENERIC "$state holds no role" ;;
    esac
}

# A probe finds an instance that the cluster forgot, whose score went with its node's attributes.
probe_score() {
    [ "$OCF_RESKEY_CRM_meta_interval" -eq 0 ] && score "$1"
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
state=${OCF_RESKEY_state:-$HA_VARRUN/Stateful-$(instance).state}
dump_environment

case $ACTION in
    start) stateful_start ;;
    stop) stateful_stop ;;
    promote) stateful_change Promoted $SCORE_PROMOTED ;;
    demote) stateful_change Unpromoted $SCORE_UNPROMOTED ;;
    monitor) stateful_monitor ;;
    notify) sleep "${OCF_RESKEY_notify_delay:-0}" ;;
    reload-agent | validate-all) ;;
    *) unimplemented "start|stop|monitor|promote|demote|notify|reload-agent|validate-all|meta-data" ;;
esac
