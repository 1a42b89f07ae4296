# ocf:muster:process: runs any program in the foreground and watches its process and its TCP port.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="process" version="1.0">
<version>1.1</version>
<longdesc lang="en">
Runs a program that stays in the foreground, as a process group of its own, and watches it: the
process must live and, where a port is given, listen on it. A start is complete when it listens. A
stop asks the group to end with a signal, and kills what is left before its time runs out.
</longdesc>
<shortdesc lang="en">Runs a program and watches its process and port</shortdesc>
<parameters>
<parameter name="command" required="1" unique-group="command">
<longdesc lang="en">The program with its arguments, as one would type it in a shell.</longdesc>
<shortdesc lang="en">Command line</shortdesc>
<content type="string" />
</parameter>
<parameter name="address">
<longdesc lang="en">IPv4 address on which the program listens; empty for any.</longdesc>
<shortdesc lang="en">Address it listens on</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="port">
<longdesc lang="en">TCP port on which the program listens; empty if it listens on none.</longdesc>
<shortdesc lang="en">TCP port it listens on</shortdesc>
<content type="integer" default="" />
</parameter>
<parameter name="directory">
<longdesc lang="en">Folder in which the program runs.</longdesc>
<shortdesc lang="en">Working directory</shortdesc>
<content type="string" default="/" />
</parameter>
<parameter name="logfile">
<longdesc lang="en">File to which its output is appended.</longdesc>
<shortdesc lang="en">Log file</shortdesc>
<content type="string" default="/dev/null" />
</parameter>
<parameter name="stop_signal">
<longdesc lang="en">Name of the signal that asks the program to end.</longdesc>
<shortdesc lang="en">Stop signal</shortdesc>
<content type="string" default="TERM" />
</parameter>
</parameters>
<actions>
<action name="start"        timeout="20s" />
<action name="stop"         timeout="20s" />
<action name="monitor"      timeout="20s" interval="10s" depth="0"/>
<action name="validate-all" timeout="20s" depth="0" />
<action name="meta-data"    timeout="5s" />
</actions>
</resource-agent>
END
}

# When a process started, in ticks since boot: tells it from a later one with the same number.
started_at() {
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    case $1 in Z | X) return 1 ;; esac
    echo "${20}"
}

alive() {
    [ -f "$pidfile" ] || return 1
    read -r pid since <"$pidfile" || return 1
    [ -n "$since" ] && [ "$(started_at "$pid")" = "$since" ]
}

# The kernel's list of listening sockets: no connection is made, nothing is written in logs.
listens() {
    [ -n "$OCF_RESKEY_port" ] || return 0
    port=$(printf '%04X' "$OCF_RESKEY_port")
    address='[0-9A-F]*'
    case $OCF_RESKEY_address in
        *.*.*.*)
            old=$IFS
            IFS=.
            # shellcheck disable=SC2086
            set -- $OCF_RESKEY_address
            IFS=$old
            address="\\($(printf '%02X%02X%02X%02X' "$4" "$3" "$2" "$1")\\|0*\\)"
            ;;
    esac
    grep -qs "^ *[0-9]*: $address:$port [0-9A-F]*:[0-9A-F]* 0A " /proc/net/tcp /proc/net/tcp6
}

process_start() {
    alive && listens && return $OCF_SUCCESS
    if ! alive; then
        make_folder "$HA_RSCTMP"
        cd "${OCF_RESKEY_directory:-/}" ||
            fail $OCF_ERR_INSTALLED "no such folder: $OCF_RESKEY_directory"
        setsid sh -c "exec $OCF_RESKEY_command" </dev/null >>"${OCF_RESKEY_logfile:-/dev/null}" 2>&1 &
        pid=$!
        echo "$pid $(started_at $pid)" >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
    fi
    # Without a port to wait for: a program that cannot run at all has ended by then.
    [ -n "$OCF_RESKEY_port" ] || sleep 0.2
    while alive; do
        listens && return $OCF_SUCCESS
        sleep 0.05
    done
    rm -f "$pidfile"
    fail $OCF_ERR_GENERIC "the program ended while it was starting: $OCF_RESKEY_command"
}

# Waits at most $1 tenths of a second.
wait_for_end() {
    tenths=$1
    while alive; do
        [ "$tenths" -gt 0 ] || return 1
        tenths=$((tenths - 1))
        sleep 0.1
    done
}

process_stop() {
    if alive; then
        # A quarter of the time allowed is kept for the kill.
        patience=$((${OCF_RESKEY_CRM_meta_timeout:-20000} * 3 / 400))
        kill -s "${OCF_RESKEY_stop_signal:-TERM}" -- "-$pid"
        wait_for_end "$patience" || kill -s KILL -- "-$pid"
        wait_for_end 50 || fail $OCF_ERR_GENERIC "process $pid does not die"
    fi
    rm -f "$pidfile"
}

process_monitor() {
    if ! alive; then
        [ -f "$pidfile" ] && [ "$OCF_RESKEY_CRM_meta_interval" -gt 0 ] &&
            reason "the process ended by itself"
        return $OCF_NOT_RUNNING
    fi
    listens && return $OCF_SUCCESS
    fail $OCF_ERR_GENERIC "process $pid does not listen on ${OCF_RESKEY_address:-any}:$OCF_RESKEY_port"
}

process_validate() {
    [ -n "$OCF_RESKEY_command" ] || fail $OCF_ERR_CONFIGURED "the parameter command is missing"
    [ -z "$OCF_RESKEY_port" ] || is_number "$OCF_RESKEY_port" ||
        fail $OCF_ERR_CONFIGURED "port is no number: $OCF_RESKEY_port"
    program=${OCF_RESKEY_command%% *}
    command -v "$program" >/dev/null || fail $OCF_ERR_INSTALLED "no such program: $program"
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
pidfile=$HA_RSCTMP/process-$(instance).pid

case $ACTION in
    start) process_validate && process_start ;;
    stop) process_stop ;;
    monitor) process_monitor ;;
    validate-all) process_validate ;;
    *) unimplemented "start|stop|monitor|validate-all|meta-data" ;;
esac
