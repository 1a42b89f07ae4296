# ocf:heartbeat:IPaddr2: an IPv4 or IPv6 address that moves with its group.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="IPaddr2" version="1.0">
<version>1.0</version>
<longdesc lang="en">
Adds an address to a network interface and takes it away again. After a start the neighbours are
told by gratuitous ARP, or for IPv6 by neighbour advertisements, where the address is now.
The built-in agent does not share one address among several nodes (unique_clone_address).
</longdesc>
<shortdesc lang="en">Manages virtual IPv4 and IPv6 addresses (Linux specific version)</shortdesc>
<parameters>
<parameter name="ip" unique="1" required="1">
<longdesc lang="en">The address: dotted quad for IPv4, colon hexadecimal for IPv6.</longdesc>
<shortdesc lang="en">IPv4 or IPv6 address</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="nic" unique="0">
<longdesc lang="en">
The interface. Without it the one with the route to the address's network is taken.
</longdesc>
<shortdesc lang="en">Network interface</shortdesc>
<content type="string"/>
</parameter>
<parameter name="cidr_netmask">
<longdesc lang="en">Length of the network prefix, such as 24. Without it that of the route is taken.</longdesc>
<shortdesc lang="en">CIDR netmask</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="broadcast">
<longdesc lang="en">Broadcast address, where it is not the network's usual one.</longdesc>
<shortdesc lang="en">Broadcast address</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="proto">
<longdesc lang="en">Route protocol of the address; it has no effect here.</longdesc>
<shortdesc lang="en">Proto</shortdesc>
<content type="string" default="" />
</parameter>
<parameter name="iflabel">
<longdesc lang="en">Label that is put behind the interface's name, for older tools. IPv4 only.</longdesc>
<shortdesc lang="en">Interface label</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="lvs_support">
<longdesc lang="en">Leaves an address that is already on lo where it is: for LVS direct routing.</longdesc>
<shortdesc lang="en">Enable support for LVS DR</shortdesc>
<content type="boolean" default="false"/>
</parameter>
<parameter name="lvs_ipv6_addrlabel">
<longdesc lang="en">Has no effect here.</longdesc>
<shortdesc lang="en">Enable adding IPv6 address label</shortdesc>
<content type="boolean" default="true"/>
</parameter>
<parameter name="lvs_ipv6_addrlabel_value">
<longdesc lang="en">Has no effect here.</longdesc>
<shortdesc lang="en">IPv6 address label value</shortdesc>
<content type="integer" default="99"/>
</parameter>
<parameter name="mac">
<longdesc lang="en">Has no effect here.</longdesc>
<shortdesc lang="en">Cluster IP MAC address</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="clusterip_hash">
<longdesc lang="en">Has no effect here.</longdesc>
<shortdesc lang="en">Cluster IP hashing function</shortdesc>
<content type="string" default="sourceip-sourceport"/>
</parameter>
<parameter name="unique_clone_address">
<longdesc lang="en">Not supported by the built-in agent.</longdesc>
<shortdesc lang="en">Create a unique address for cloned instances</shortdesc>
<content type="boolean" default="false"/>
</parameter>
<parameter name="arp_interval">
<longdesc lang="en">Milliseconds between two announcements.</longdesc>
<shortdesc lang="en">ARP/NA packet interval in ms</shortdesc>
<content type="integer" default="200"/>
</parameter>
<parameter name="arp_count">
<longdesc lang="en">How many announcements follow a start.</longdesc>
<shortdesc lang="en">ARP/NA packet count sent during initialization</shortdesc>
<content type="integer" default="5"/>
</parameter>
<parameter name="arp_count_refresh">
<longdesc lang="en">How many announcements go with each monitor; 0 for none.</longdesc>
<shortdesc lang="en">ARP packet count sent during monitoring</shortdesc>
<content type="integer" default="0"/>
</parameter>
<parameter name="arp_bg">
<longdesc lang="en">Announcements never hold up the start here.</longdesc>
<shortdesc lang="en">ARP from background</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="arp_sender">
<longdesc lang="en">Has no effect here: the program announces the address itself.</longdesc>
<shortdesc lang="en">ARP sender</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="send_arp_opts">
<longdesc lang="en">Has no effect here.</longdesc>
<shortdesc lang="en">Options for ARP sender</shortdesc>
<content type="string" default=""/>
</parameter>
<parameter name="flush_routes">
<longdesc lang="en">Empties the routing cache after a stop.</longdesc>
<shortdesc lang="en">Flush kernel routing table on stop</shortdesc>
<content type="boolean" default="false"/>
</parameter>
<parameter name="run_arping">
<longdesc lang="en">Before a start, refuses an IPv4 address that somebody on the network answers for.</longdesc>
<shortdesc lang="en">Run arping for collision detection</shortdesc>
<content type="string" default="false"/>
</parameter>
<parameter name="nodad">
<longdesc lang="en">Skips the kernel's check that nobody else has the IPv6 address.</longdesc>
<shortdesc lang="en">Use nodad flag</shortdesc>
<content type="string" default="false"/>
</parameter>
<parameter name="noprefixroute">
<longdesc lang="en">Adds the address without the route to its network.</longdesc>
<shortdesc lang="en">Use noprefixroute flag</shortdesc>
<content type="string" default="false"/>
</parameter>
<parameter name="preferred_lft">
<longdesc lang="en">Seconds for which the address is preferred as a source; 0 for never.</longdesc>
<shortdesc lang="en">IPv6 preferred lifetime</shortdesc>
<content type="string" default="forever"/>
</parameter>
<parameter name="network_namespace">
<longdesc lang="en">Network namespace in which the address is managed.</longdesc>
<shortdesc lang="en">Network namespace to use</shortdesc>
<content type="string" default=""/>
</parameter>
</parameters>
<actions>
<action name="start"   timeout="20s" />
<action name="stop"    timeout="20s" />
<action name="status" depth="0"  timeout="20s" interval="10s" />
<action name="monitor" depth="0"  timeout="20s" interval="10s" />
<action name="meta-data"  timeout="5s" />
<action name="validate-all"  timeout="20s" />
</actions>
</resource-agent>
END
}

is_true() {
    case $1 in true | TRUE | True | yes | on | 1) return 0 ;; esac
    return 1
}

in_namespace() {
    if [ -n "$OCF_RESKEY_network_namespace" ]; then
        ip netns exec "$OCF_RESKEY_network_namespace" "$@"
    else
        "$@"
    fi
}

run_ip() {
    in_namespace ip "$@"
}

# Prints "INTERFACE ADDRESS/PREFIX FLAGS" of each interface that has the address.
holders() {
    run_ip -o -f "$family" addr show ${OCF_RESKEY_nic:+dev "$OCF_RESKEY_nic"} 2>/dev/null |
        awk -v want="$address" '{ split($4, a, "/"); if (tolower(a[1]) == want) print $2, $4, $0 }'
}

held() {
    found=$(holders)
    [ -n "$found" ] || return 1
    is_true "$OCF_RESKEY_lvs_support" && [ "${found%% *}" = lo ] && return 1
    return 0
}

# The kernel's way of writing an IPv6 address, so that it can be found again.
canonical() {
    case $family in
        inet6) echo "$1" | tr '[:upper:]' '[:lower:]' ;;
        *) echo "$1" ;;
    esac
}

# Sets nic and prefix from the parameters and the routing table.
find_interface() {
    nic=$OCF_RESKEY_nic
    prefix=$OCF_RESKEY_cidr_netmask
    [ -n "$nic" ] && [ -n "$prefix" ] && return 0
    route=$(run_ip -o -f "$family" route list match "$address" ${nic:+dev "$nic"} scope link |
        grep -v '^default' | sort -t/ -k2 -rn | head -1)
    [ "$family" = inet6 ] && [ -z "$route" ] &&
        route=$(run_ip -o -f inet6 route list match "$address" ${nic:+dev "$nic"} |
            grep -v '^default' | head -1)
    [ -n "$nic" ] || nic=$(echo "$route" | sed -n 's/.* dev \([^ ]*\).*/\1/p')
    if [ -z "$prefix" ]; then
        prefix=$(echo "$route" | sed -n 's,^[^ ]*/\([0-9]*\) .*,\1,p')
        [ -n "$prefix" ] || [ -z "$OCF_RESKEY_nic" ] || prefix=$whole
    fi
    [ -n "$nic" ] && [ -n "$prefix" ]
}

# announce COUNT: in the background, since neighbours do not hold up a start.
announce() {
    [ "$1" -gt 0 ] && [ -n "$MUSTER_COMMAND" ] || return 0
    # shellcheck disable=SC2086
    in_namespace $MUSTER_COMMAND announce-address "$nic" "$address" "$1" \
        "${OCF_RESKEY_arp_interval:-200}" </dev/null >/dev/null 2>&1 &
}

collision() {
    is_true "$OCF_RESKEY_run_arping" && [ "$family" = inet ] || return 1
    command -v arping >/dev/null || return 1
    in_namespace arping -q -D -c 2 -w 3 -I "$nic" "$address" && return 1
    return 0
}

ip_start() {
    held && return $OCF_SUCCESS
    find_interface || fail $OCF_ERR_CONFIGURED "[findif] failed"
    run_ip link show dev "$nic" >/dev/null 2>&1 ||
        fail $OCF_ERR_GENERIC "Unknown interface [$nic]"
    collision && fail $OCF_ERR_GENERIC "IPv4 address collision $address [DAD]"
    set -- addr add "$address/$prefix" dev "$nic"
    if [ "$family" = inet ]; then
        [ "$prefix" -ge 31 ] || set -- "$@" brd "${OCF_RESKEY_broadcast:-+}"
        [ -z "$OCF_RESKEY_iflabel" ] || set -- "$@" label "$nic:$OCF_RESKEY_iflabel"
    elif is_true "$OCF_RESKEY_nodad"; then
        set -- "$@" nodad
    fi
    is_true "$OCF_RESKEY_noprefixroute" && set -- "$@" noprefixroute
    [ "${OCF_RESKEY_preferred_lft:-forever}" = forever ] ||
        set -- "$@" preferred_lft "$OCF_RESKEY_preferred_lft"
    message=$(run_ip -f "$family" "$@" 2>&1) ||
        fail $OCF_ERR_GENERIC "could not add $address/$prefix to $nic: $message"
    run_ip link set "$nic" up
    [ "$family" = inet6 ] && wait_for_uniqueness
    announce "${OCF_RESKEY_arp_count:-5}"
    return $OCF_SUCCESS
}

# The kernel asks the network whether the address is taken before it lets programs use it.
wait_for_uniqueness() {
    for _ in $(seq 100); do
        state=$(holders)
        case $state in
            *dadfailed*)
                run_ip -f inet6 addr del "$address/$prefix" dev "$nic"
                fail $OCF_ERR_GENERIC "IPv6 address collision $address [DAD]"
                ;;
            *tentative*) sleep 0.1 ;;
            *) return 0 ;;
        esac
    done
    fail $OCF_ERR_GENERIC "$address stays tentative on $nic"
}

ip_stop() {
    holders | while read -r nic pair _; do
        is_true "$OCF_RESKEY_lvs_support" && [ "$nic" = lo ] && continue
        run_ip -f "$family" addr del "$pair" dev "$nic" ||
            fail $OCF_ERR_GENERIC "could not remove $pair from $nic"
    done || exit $OCF_ERR_GENERIC
    is_true "$OCF_RESKEY_flush_routes" && run_ip route flush cache
    return $OCF_SUCCESS
}

ip_monitor() {
    held || return $OCF_NOT_RUNNING
    nic=${found%% *}
    announce "${OCF_RESKEY_arp_count_refresh:-0}"
    return $OCF_SUCCESS
}

ip_validate() {
    command -v ip >/dev/null || fail $OCF_ERR_INSTALLED "the program ip (iproute2) is not installed"
    [ -n "$OCF_RESKEY_ip" ] || fail $OCF_ERR_CONFIGURED "the parameter ip is missing"
    case $OCF_RESKEY_ip in
        *[!0-9a-fA-F:.]*) fail $OCF_ERR_CONFIGURED "$OCF_RESKEY_ip is no address" ;;
    esac
    [ -z "$OCF_RESKEY_cidr_netmask" ] || is_number "$OCF_RESKEY_cidr_netmask" ||
        fail $OCF_ERR_CONFIGURED "cidr_netmask is no number: $OCF_RESKEY_cidr_netmask"
    is_true "$OCF_RESKEY_unique_clone_address" &&
        fail $OCF_ERR_CONFIGURED "the built-in agent has no unique_clone_address"
    return $OCF_SUCCESS
}

if [ "$ACTION" = meta-data ]; then
    meta_data
    exit $OCF_SUCCESS
fi
case $OCF_RESKEY_ip in
    *:*) family=inet6 whole=128 ;;
    *) family=inet whole=32 ;;
esac
address=$(canonical "$OCF_RESKEY_ip")

case $ACTION in
    start) ip_validate && ip_start ;;
    stop) ip_stop ;;
    monitor | status) ip_validate && ip_monitor ;;
    validate-all) ip_validate ;;
    *) unimplemented "start|stop|status|monitor|validate-all|meta-data" ;;
esac
