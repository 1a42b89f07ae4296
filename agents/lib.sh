#!/bin/sh
# Built-in resource agent of muster. It is used only where no agent of this name is installed.
# This beginning is the same in all of them: exit codes, explanations, parameters.

OCF_SUCCESS=0
OCF_ERR_GENERIC=1
OCF_ERR_ARGS=2
OCF_ERR_UNIMPLEMENTED=3
OCF_ERR_PERM=4
OCF_ERR_INSTALLED=5
OCF_ERR_CONFIGURED=6
OCF_NOT_RUNNING=7
OCF_RUNNING_PROMOTED=8
OCF_FAILED_PROMOTED=9

: "${HA_RSCTMP:=/run/resource-agents}"
# State files lie where the original's agents keep theirs: scripts know them, and a cluster that is taken
# over finds its resources at work.
: "${HA_VARRUN:=/var/run}"
HA_VARRUN=${HA_VARRUN%/}
: "${HA_SBIN_DIR:=/usr/sbin}"
: "${OCF_RESKEY_CRM_meta_interval:=0}"
: "${OCF_RESKEY_CRM_meta_globally_unique:=false}"

ACTION=$1

# Asked for by 'pcs resource debug-start NAME --full'.
if [ "$OCF_TRACE_RA" = 1 ] && [ "$OCF_TRACE_FILE" = /dev/stderr ]; then set -x; fi

# Says why: the cluster shows it beside the failure.
reason() {
    echo "${OCF_EXIT_REASON_PREFIX:-ocf-exit-reason:}$*" >&2
}

# Ends the agent: fail CODE REASON
fail() {
    fail_code=$1
    shift
    reason "$*"
    exit "$fail_code"
}

# A shell's name for this instance: clones that are not globally unique share their state.
instance() {
    if [ "$OCF_RESKEY_CRM_meta_globally_unique" = false ]; then
        echo "${OCF_RESOURCE_INSTANCE%%:*}"
    else
        echo "$OCF_RESOURCE_INSTANCE"
    fi
}

# The folder of the state files; /run is empty after a boot, so it is made when it is needed.
make_folder() {
    [ -d "$1" ] || mkdir -p "$1" || fail $OCF_ERR_PERM "cannot make the folder $1"
}

is_number() {
    case $1 in '' | *[!0-9]*) return 1 ;; esac
}

dump_environment() {
    [ -z "$OCF_RESKEY_envfile" ] && return
    { echo "### $ACTION @ $(date) ###"; env | sort; echo "###"; } >>"$OCF_RESKEY_envfile"
}

unimplemented() {
    echo "usage: $0 {$1}" >&2
    exit $OCF_ERR_UNIMPLEMENTED
}
