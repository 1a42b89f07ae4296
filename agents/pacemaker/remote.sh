# ocf:pacemaker:remote: describes the connection to a remote node. The engine itself holds the
# connection, so that none of the actions is ever run as a program.

meta_data() {
    cat <<END
<?xml version="1.0"?>
<resource-agent name="remote" version="3.0.0">
<version>1.1</version>
<longdesc lang="en">
The connection to a host that runs pacemaker_remote: while it is up, the host is a node of the
cluster that runs resources and has no vote.
</longdesc>
<shortdesc lang="en">Pacemaker Remote connection</shortdesc>
<parameters>
<parameter name="server" unique-group="address">
<longdesc lang="en">Name or address to connect to; the resource's name if it is not given.</longdesc>
<shortdesc lang="en">Remote hostname</shortdesc>
<content type="string"/>
</parameter>
<parameter name="port" unique-group="address">
<longdesc lang="en">TCP port to connect to.</longdesc>
<shortdesc lang="en">Remote port</shortdesc>
<content type="integer" default="3121"/>
</parameter>
<parameter name="reconnect_interval" reloadable="1">
<longdesc lang="en">
How long to wait before connecting again once an active connection was lost; 0 for never by itself.
</longdesc>
<shortdesc lang="en">Time between reconnects</shortdesc>
<content type="string" default="0"/>
</parameter>
</parameters>
<actions>
<action name="start"         timeout="60s" />
<action name="stop"          timeout="60s" />
<action name="monitor"       timeout="30s" />
<action name="migrate_to"    timeout="60s" />
<action name="migrate_from"  timeout="60s" />
<action name="reload"        timeout="60s" />
<action name="reload-agent"  timeout="60s" />
<action name="meta-data"     timeout="5s" />
</actions>
</resource-agent>
END
}

case $ACTION in
    meta-data) meta_data ;;
    *) unimplemented "meta-data" ;;
esac
