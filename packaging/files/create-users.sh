# The user and group that own the cluster's state, as every cluster stack names them.
if ! getent group haclient >/dev/null; then
    groupadd --system haclient
fi
if ! getent passwd hacluster >/dev/null; then
    useradd --system --gid haclient --home-dir /var/lib/pacemaker --no-create-home \
        --shell /usr/sbin/nologin --comment "cluster user" hacluster
fi
for dir in /var/lib/pacemaker /var/lib/pacemaker/cib /var/lib/pacemaker/pengine \
    /var/lib/pacemaker/cores /var/lib/pacemaker/blackbox /var/log/pacemaker; do
    mkdir -p "$dir"
    chown hacluster:haclient "$dir"
    chmod 750 "$dir"
done
# Members of the group write logs of their own there.
chmod 770 /var/log/pacemaker
mkdir -p /var/lib/corosync /var/log/cluster /var/log/corosync /etc/corosync /etc/pacemaker
chown root:haclient /etc/pacemaker
chmod 750 /etc/pacemaker
