# ocf:pacemaker:ClusterMon: keeps crm_mon running, for a status page or for notifications.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="ClusterMon" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
Runs crm_mon in the background. It writes the cluster's status to a file as HTML, and with
extra_options such as -E it calls a program at each event.
</longdesc>
<shortdesc lang="en">Runs crm_mon in the background, recording the cluster status to an HTML file</shortdesc>
<parameters>
<parameter name="user">
<longdesc lang="en">User as whom crm_mon runs.</longdesc>
<shortdesc lang="en">User to run crm_mon as</shortdesc>
<content type="string" default="root" />
</parameter>
<parameter name="update">
<longdesc lang="en">Milliseconds after which the status is written again.</longdesc>
<shortdesc lang="en">Update interval in milliseconds</shortdesc>
<content type="integer" default="15000" />
</parameter>
<parameter name="extra_options">
<longdesc lang="en">Further options of crm_mon, such as "-n -r".</longdesc>
<shortdesc lang="en">Extra options</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="pidfile" unique-group="pidfile">
<longdesc lang="en">File with crm_mon's process number.</longdesc>
<shortdesc lang="en">PID file</shortdesc>
<content type="string" default="$HA_RSCTMP/ClusterMon_$OCF_RESOURCE_INSTANCE.pid" />
</parameter>
<parameter name="htmlfile" unique-group="htmlfile" required="0">
<longdesc lang="en">File to which the status is written.</longdesc>
<shortdesc lang="en">HTML output file</shortdesc>
<content type="string" default="$HA_RSCTMP/ClusterMon_$OCF_RESOURCE_INSTANCE.html" />
</parameter>
</parameters>
<actions>
<action name="start"   timeout="20s" />
<action name="stop"    timeout="20s" />
<action name="monitor" depth="0"  timeout="20s" interval="10s" />
<action name="meta-data"  timeout="5s" />
<action name="validate-all"  timeout="30s" depth="0" />
</actions>
</resource-agent>
END
}

alive() {
    [ -s "$pidfile" ] || return 1
    read -r pid _ <"$pidfile"
    is_number "$pid" && kill -0 "$pid" 2>/dev/null &&
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q crm_mon
}

monitor_start() {
    alive && return $OCF_SUCCESS
    make_folder "$(dirname "$pidfile")"
    command="$HA_SBIN_DIR/crm_mon -p $pidfile -d -i $((${OCF_RESKEY_update:-15000} / 1000))"
    command="$command $OCF_RESKEY_extra_options --output-as=html --output-to=$htmlfile"
    user=${OCF_RESKEY_user:-root}
    if [ "$user" = "$(id -un)" ]; then
        # shellcheck disable=SC2086
        $command </dev/null
    else
        su - "$user" -c "$command" </dev/null
    fi || fail $OCF_ERR_GENERIC "crm_mon did not start"
    for _ in $(seq 100); do
        alive && return $OCF_SUCCESS
        sleep 0.1
    done
    fail $OCF_ERR_GENERIC "crm_mon wrote no process number to $pidfile"
}

monitor_stop() {
    if alive; then
        kill "$pid"
        for _ in $(seq 20); do
            alive || break
            sleep 0.1
        done
        alive && kill -s KILL "$pid"
    fi
    rm -f "$pidfile"
}

monitor_validate() {
    is_number "${OCF_RESKEY_update:-15000}" ||
        fail $OCF_ERR_CONFIGURED "update is no number: $OCF_RESKEY_update"
    id "${OCF_RESKEY_user:-root}" >/dev/null 2>&1 ||
        fail $OCF_ERR_ARGS "there is no user $OCF_RESKEY_user"
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
pidfile=${OCF_RESKEY_pidfile:-$HA_RSCTMP/ClusterMon_$(instance).pid}
htmlfile=${OCF_RESKEY_htmlfile:-$HA_RSCTMP/ClusterMon_$(instance).html}

case $ACTION in
    start) monitor_validate && monitor_start ;;
    stop) monitor_stop ;;
    monitor) alive || exit $OCF_NOT_RUNNING ;;
    validate-all) monitor_validate ;;
    *) unimplemented "start|stop|monitor|validate-all|meta-data" ;;
esac
