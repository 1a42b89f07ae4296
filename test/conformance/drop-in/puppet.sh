# What puppet-pacemaker (TripleO) and puppet-corosync type.
pcs --version
pcs host auth node1 node2 -u hacluster -p PW
pcs host auth node1 addr=192.0.2.1 -u hacluster -p "PW"
pcs cluster auth node1 node2 -u hacluster -p PW
pcs cluster auth node1 node2 -u hacluster -p PW --force
pcs cluster auth node1 node2 -u hacluster -p PW --debug --local
pcs cluster setup tripleo node1 addr=192.0.2.1 node2 addr=192.0.2.2
pcs cluster setup --wait --name tripleo node1 node2
pcs cluster start --all
pcs cluster start node1 --wait
pcs cluster node add "node3 addr=192.0.2.3" --start --wait
pcs status
pcs status pcsd node1
pcs stonith sbd enable SBD_WATCHDOG_TIMEOUT=10
pcs cluster cib live.xml
pcs cluster cib-push --help | grep -q diff-against
cibadmin --empty > F
CIB_file=F cibadmin --create -o nodes -X '<node id="1" uname="node1"/>'
CIB_file=F cibadmin --create -o nodes -X '<node id="2" uname="node2"/>'
cp F F.orig
pcs cluster cib-push F diff-against=F.orig
pcs -f F resource create haproxy systemd:haproxy op start timeout=200s op stop timeout=200s --clone
pcs -f F resource create galera ocf:heartbeat:galera log=/var/log/m.log wsrep_cluster_address=gcomm://node1,node2 meta master-max=2 ordered=true op promote timeout=300s --master
pcs -f F --force resource create redis redis wait_last_known_master=true meta notify=true op start timeout=200s
pcs -f F resource create vip ocf:heartbeat:IPaddr2 ip=192.0.2.10 cidr_netmask=32 meta resource-stickiness=INFINITY --disabled
pcs -f F resource create vip2 IPaddr2 ip=192.0.2.11 --group vips
pcs -f F resource create vip3 IPaddr2 ip=192.0.2.12 --group vips --before vip2
pcs -f F resource create cl ocf:pacemaker:Dummy clone interleave=true
pcs -f F resource create pr ocf:pacemaker:Stateful promotable promoted-max=1
pcs -f F --force resource create remote1 ocf:pacemaker:remote server=192.0.2.20 reconnect_interval=60
pcs -f F resource update vip ip=192.0.2.13
pcs -f F resource update vip meta resource-stickiness= op monitor interval=5s
pcs -f F --force resource update redis maxclients=100
pcs -f F resource enable vip
pcs -f F resource config vip
pcs -f F resource show vip
pcs -f F resource bundle create rabbit container podman image=r:1 replicas=3 options="--user=root --log-driver=k8s-file" run-command="/bin/bash /usr/local/bin/kolla_start" network=host storage-map id=map0 source-dir=/dev/log target-dir=/dev/log options=rw storage-map id=map1 source-dir=/etc/hosts target-dir=/etc/hosts options=ro
pcs -f F --force resource bundle create red container docker image=d:1 replicas=3 masters=1 network control-port=3124
pcs -f F resource bundle create red2 container docker image=d:1 replicas=3 promoted-max=1 network control-port=3125 --disabled
pcs -f F resource create inb ocf:pacemaker:Dummy bundle red2
pcs -f F resource bundle update rabbit container image=r:2
pcs -f F resource bundle update rabbit storage-map add id=map2 source-dir=/a target-dir=/b options=ro
pcs -f F resource bundle update rabbit storage-map remove map0
pcs -f F stonith create f1 fence_ipmilan pcmk_host_list=node1 ip=192.0.2.30 username=a password=b lanplus=true
pcs -f F stonith update f1 ip=192.0.2.31
pcs -f F stonith config f1
pcs -f F stonith create f2 fence_xvm pcmk_host_list=node2
pcs -f F stonith level add 1 node1 f1
pcs -f F stonith level add 2 node1 f1,f2
pcs -f F stonith level
pcs -f F stonith level | sed -n '/^Target: node1$/,/^Target:/p' | grep 'Level[[:space:]]*1[[:space:]]*-[[:space:]]*f1'
pcs -f F stonith level remove 1 node1 f1
pcs -f F stonith level remove 1 target node1 stonith f1
pcs -f F constraint location add location-vip vip node1 100
pcs -f F constraint location vip avoids node2=10000
pcs -f F constraint location remove location-vip
pcs -f F constraint location haproxy rule resource-discovery=exclusive score=0 haproxy-role eq true
pcs -f F constraint location cl-clone rule score=-INFINITY role eq none or not_defined x --force
pcs -f F constraint colocation add vip with master pr-clone INFINITY
pcs -f F constraint colocation add vip with cl-clone INFINITY
pcs -f F constraint colocation remove vip cl-clone
pcs -f F constraint order start cl-clone then start vip kind=Optional
pcs -f F constraint order vip then haproxy
pcs -f F constraint order remove vip haproxy
pcs -f F constraint list
pcs -f F constraint list | grep location-vip
pcs -f F constraint location show --full
pcs -f F constraint colocation show --full
pcs -f F constraint order show --full
pcs -f F constraint location config --full
pcs -f F property set stonith-enabled=false
pcs -f F property set --force unknown=1
pcs -f F property set --node node1 standby=on
pcs -f F property unset stonith-enabled
pcs -f F property unset --node node1 standby
pcs -f F property show
pcs -f F property show | grep -e 'unknown:.*1'
pcs -f F property config | grep -e 'unknown'
pcs -f F node attribute node1 haproxy-role=true
pcs -f F node attribute node1 haproxy-role=
pcs -f F node attribute node2 a=b
pcs -f F node attribute | grep -e 'node2:.*a=b'
pcs -f F resource defaults resource-stickiness='100'
pcs -f F resource defaults update resource-stickiness='100'
pcs -f F resource defaults resource-stickiness=
pcs -f F resource defaults
pcs -f F resource defaults | grep '^resource-stickiness: 100$'
pcs -f F resource op defaults timeout=120s
pcs -f F resource op defaults update timeout=120s
pcs -f F resource op defaults
pcs cluster node add-remote remote2 192.0.2.21 reconnect_interval=60 op monitor interval=20s
pcs -f F --corosync_conf corosync.conf cluster node add-remote remote2 192.0.2.21 --force
pcs cluster node delete-remote remote2
pcs -f F resource clone vip3
pcs -f F resource unclone cl-clone
pcs -f F resource group add grp cl
pcs -f F resource ungroup grp
pcs -f F resource delete vip2
pcs -f F constraint remove location-vip-node2--10000
pcs -f F constraint rule add location-vip x eq y
pcs -f F property show dc-version
pcs -f F constraint colocation set vip vip3 sequential=false setoptions score=100
pcs -f F constraint location add l9 vip node1 5 --force
pcs qdevice setup model net --enable --start
pcs qdevice start net
pcs qdevice status net
pcs --corosync_conf corosync.conf quorum config
pcs quorum device add model net host=q1 algorithm=ffsplit
crm_node -l
crm_node -n
crm_diff --cib -o F -n F
crm_diff --cib -o F.orig -n F
timeout 10 crm_resource --wait
cibadmin -Q
CIB_file=F cibadmin --force --sync-call --create --scope resources --xml-text '<primitive id="byxml" class="ocf" provider="pacemaker" type="Dummy"/>'
CIB_file=F cibadmin --force --sync-call --modify --scope resources --xml-text '<primitive id="byxml" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="byxml-m"><nvpair id="byxml-m-1" name="target-role" value="Stopped"/></meta_attributes></primitive>'
CIB_file=F cibadmin --force --sync-call --replace --xml-text '<primitive id="byxml" class="ocf" provider="pacemaker" type="Stateful"/>'
CIB_file=F cibadmin --force --sync-call --delete --scope resources --xml-text '<primitive id="byxml"/>'
CIB_file=F crm_attribute -q --type crm_config --query --name dc-version
CIB_file=F crm_attribute --quiet --type op_defaults --attr-name timeout --attr-value 9s
CIB_file=F crm_attribute --quiet --type rsc_defaults --name failure-timeout --update 9s
CIB_file=F crm_resource --quiet --resource vip --set-parameter target-role --meta --parameter-value Stopped
CIB_file=F crm_resource --quiet --resource vip --node node1 --ban
CIB_file=F crm_resource --quiet --resource vip --node node1 --clear
CIB_file=F crm_resource --quiet --resource vip --node node2 --move
CIB_file=F crm_resource --quiet --resource vip --node node2 --un-move
crm_resource --quiet --resource vip --cleanup
export CIB_shadow_dir=$PWD; crm_shadow --batch --create puppet
export CIB_shadow_dir=$PWD; crm_shadow --batch --create-empty puppet; crm_shadow --batch --force --commit puppet
export CIB_shadow_dir=$PWD; CIB_shadow=puppet cibadmin -Q; crm_shadow --batch --force --delete puppet
