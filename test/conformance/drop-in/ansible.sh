# What Ansible's role ha_cluster types, line by line. T is its temporary CIB.
pcs --version --full
pcs --version
pcs status pcsd -- node1
echo secret | pcs host auth -u hacluster -- node1 addr=192.0.2.1 node2
pcs cluster setup --corosync_conf corosync.conf --overwrite --no-cluster-uuid -- alpha node1 addr=192.0.2.1 node2 addr=192.0.2.2
cat corosync.conf
pcs cluster setup --corosync_conf corosync.conf --overwrite --no-cluster-uuid -- alpha node1 addr=192.0.2.1 addr=198.51.100.1 node2 addr=192.0.2.2 addr=198.51.100.2 transport knet ip_version=ipv4 link_mode=active link linknumber=1 link_priority=5 link linknumber=0 link_priority=10 compression model=zlib level=2 threshold=200 crypto cipher=aes256 hash=sha256 totem token=5000 token_retransmits_before_loss_const=6 quorum wait_for_all=1 last_man_standing=1 auto_tie_breaker=1
cat corosync.conf
pcs cluster setup --corosync_conf udpu.conf --overwrite --no-cluster-uuid -- beta node1 node2 transport udpu ip_version=ipv4 netmtu=1400 totem token=4000
pcs cluster setup --corosync_conf udp.conf --overwrite --no-cluster-uuid -- beta node1 node2 transport udp link bindnetaddr=192.0.2.0 mcastaddr=239.0.0.1 mcastport=5409 ttl=2
pcs cluster setup --corosync_conf corosync.conf --no-cluster-uuid -- alpha node1 node2
pcs quorum device add --corosync_conf corosync.conf -- sync_timeout=4000 timeout=3000 model net host=qdevice1 algorithm=lms connect_timeout=2000 heuristics mode=on exec_ping="/bin/ping -c 1 192.0.2.9" interval=40000
cat corosync.conf
pcs cluster config --corosync_conf corosync.conf --output-format=json
pcs -- qdevice net-client destroy
echo Y2VydA== | pcs -- qdevice net-client setup
echo Y2VydA== | pcs -- qdevice net-client import-certificate
pcs --force -- qdevice destroy net
pcs cluster start --all --wait
crm_mon -X
pcs -- cluster node clear node3
sbd -d /dev/nonexistent dump
pcs --force -- stonith sbd device setup device=/dev/nonexistent watchdog-timeout=5 msgwait-timeout=10
cibadmin --query
cibadmin --empty > T
CIB_file=T cibadmin --create -o nodes -X '<node id="1" uname="node1"/>'
CIB_file=T cibadmin --create -o nodes -X '<node id="2" uname="node2"/>'
pcs --force -f T -- property set fencing-watchdog-timeout=0 stonith-watchdog-timeout=0
pcs --force -f T -- property set fencing-watchdog-timeout= stonith-watchdog-timeout=
CIB_file=T cibadmin --query
pcs -f T -- property set stonith-enabled=false
pcs -f T -- property set no-quorum-policy=freeze
pcs -f T -- property set cluster-recheck-interval=5min
pcs -f T -- property set placement-strategy=balanced
pcs -f T -- property set maintenance-mode=true
pcs -f T -- node attribute node1 role=db rack=r1
pcs -f T -- node attribute node2 role=web
pcs -f T -- node utilization node1 cpu=8 memory=32000
pcs -f T -- node utilization node2 cpu=4
pcs -f T -- resource defaults set create id=low score=5 meta resource-stickiness=100
pcs -f T -- resource defaults set create meta migration-threshold=3 rule resource ocf:pacemaker:Dummy
pcs -f T -- resource defaults set create id=night score=20 meta resource-stickiness=0 rule 'date gt 2025-01-01 and date-spec hours=1-4'
pcs -f T -- resource op defaults set create id=ops meta timeout=33s
pcs -f T -- resource op defaults set create score=9 meta interval=44s rule 'op monitor interval=60s'
pcs -f T -- resource bundle create web container podman image=localhost/web replicas=2 options=--log-driver=journald network=host
pcs -f T -- resource bundle create web2 container docker image=w:1 replicas=2 run-command=/bin/run promoted-max=1 network control-port=3121 host-interface=eth0 host-netmask=24 ip-range-start=192.0.2.100 port-map port=80 internal-port=8080 port-map range=9000-9010 storage-map source-dir=/srv target-dir=/var/www options=ro storage-map source-dir-root=/var/log/pods target-dir=/var/log meta target-role=Stopped
pcs -f T -- resource create in-bundle ocf:pacemaker:Dummy bundle web2
pcs -f T -- resource create vip ocf:heartbeat:IPaddr2 ip=192.0.2.50 cidr_netmask=24 op monitor interval=20s timeout=10s
pcs -f T --no-default-ops -- resource create bare ocf:pacemaker:Dummy fake=a meta target-role=Started
pcs -f T -- resource create d1 ocf:pacemaker:Dummy fake=1 state=/run/d1 meta target-role=Stopped resource-stickiness=5 op monitor interval=11s timeout=22s op start timeout=9s
pcs -f T -- resource create d2 ocf:pacemaker:Dummy op monitor interval=10s role=Started
pcs -f T -- resource create d3 ocf:pacemaker:Dummy
pcs -f T -- resource create d4 ocf:pacemaker:Dummy
pcs -f T -- resource create st ocf:pacemaker:Stateful op monitor interval=10s role=Promoted op monitor interval=11s role=Unpromoted
pcs -f T -- stonith create f1 fence_xvm pcmk_host_list=node1 key_file=/etc/cluster/fence_xvm.key timeout=30 meta provides=unfencing op monitor interval=60s
pcs -f T -- stonith create f2 fence_ipmilan ip=192.0.2.7 username=u password=p lanplus=1 pcmk_host_map='node1:1;node2:2'
pcs -f T -- stonith create wd fence_watchdog pcmk_host_list='node1 node2'
pcs -f T -- resource utilization d1 cpu=2 memory=512
pcs -f T -- resource group add g1 d1 d2
pcs -f T -- resource meta g1 target-role=Started resource-stickiness=7
pcs -f T -- resource clone d3 interleave=true clone-max=2
pcs -f T -- resource clone d4 my-clone globally-unique=true
pcs -f T -- resource promotable st st-prom promoted-max=1 notify=true
pcs -f T -- stonith level add 1 node1 f1 f2
pcs -f T -- stonith level add 2 node1 f2
pcs -f T -- stonith level add 1 'regexp%node[0-9]+' f1
pcs -f T -- stonith level add 3 attrib%rack=r1 f2
pcs -f T -- constraint location d3-clone rule constraint-id=c-rule role=Started score=50 "#uname eq node1 and date gt 2020-01-01"
pcs -f T -- constraint location 'regexp%d.*' rule id=r-re score=INFINITY "not_defined rack"
pcs -f T -- constraint location vip rule resource-discovery=never score-attribute=rack "rack eq string r1"
pcs -f T -- constraint location add loc1 vip node1 score=100
pcs -f T -- constraint location add loc2 'regexp%f.*' node2 score=-INFINITY resource-discovery=exclusive
pcs -f T -- constraint location add loc3 vip node2 20
pcs -f T -- constraint location g1 prefers node1=200
pcs -f T -- constraint location 'regexp%bare.*' prefers node2=INFINITY
pcs -f T -- constraint colocation add vip with g1 score=INFINITY id=col1
pcs -f T -- constraint colocation add Started bare with Promoted st-prom score=100 influence=false
pcs -f T -- constraint order start g1 then start vip id=ord1 kind=Mandatory symmetrical=false
pcs -f T -- constraint order promote st-prom then start bare kind=Optional
pcs -f T -- constraint colocation set vip bare role=Started sequential=false set g1 setoptions id=colset score=30
pcs -f T -- constraint order set vip bare action=start require-all=false set g1 sequential=true setoptions id=ordset kind=Serialize symmetrical=false
pcs -f T -- constraint ticket set vip g1 role=Started set bare setoptions ticket=tick loss-policy=stop id=ticset
pcs -f T -- constraint ticket add tick2 Promoted st-prom id=tic1 loss-policy=demote
pcs -f T -- constraint ticket add tick2 vip loss-policy=fence
pcs -f T -- acl role create operators description='all of it' read xpath /cib write id vip deny id f1
pcs -f T -- acl role create empty
pcs -f T -- acl user create alice operators
pcs -f T -- acl group create haops operators empty
pcs -f T -- acl enable
pcs -f T -- alert create path=/usr/local/bin/alert.sh id=mail description='send mail' options host=smtp port=25 meta timeout=15s timestamp-format=%H:%M
pcs -f T -- alert recipient add mail value=ops@example.com id=ops description=Operators options debug=1 meta timeout=9s
cp T A; pcs -f A -- property set batch-limit=20
crm_diff --no-version --original T --new T
crm_diff --no-version --original T --new A
crm_diff --no-version --original T --new A > DIFF; CIB_file=T cibadmin --verbose --patch --xml-file DIFF
cp T P; CIB_file=P cibadmin --force --delete-all --xpath "/cib/configuration/crm_config/cluster_property_set/nvpair[not(self::nvpair[@name='dc-version'])]"
CIB_file=P cibadmin --force --delete-all --xpath "/cib/configuration/resources/* | /cib/configuration/constraints/* | /cib/configuration/fencing-topology/* | /cib/configuration/tags/*[not(self::x)]"
CIB_file=P cibadmin --force --delete-all --xpath "/cib/configuration/*[not(self::crm_config) and not(self::nodes) and not(self::resources) and not(self::constraints)]"
pcs -f T --output-format=json -- resource config
pcs -f T --output-format=json -- stonith config
pcs -f T --output-format=json -- property config
pcs -f T --output-format=json -- resource defaults config
pcs -f T --output-format=json -- resource op defaults config
pcs -f T --output-format=json -- constraint --all
pcs -f T --output-format=json -- stonith level config
pcs -f T -- node attribute
pcs -f T --output-format=json -- alert
pcs -f T --output-format=json -- node utilization
pcs -f T --output-format=json -- node attribute
pcs -f T --full -- constraint location
pcs -f T --full -- constraint colocation
pcs -f T --full -- constraint order
pcs -f T --full -- constraint ticket
pcs --corosync_conf corosync.conf quorum config
pcs -- quorum status
pcs -- quorum device status
pcs status
pcs -f T --corosync_conf corosync.conf status
pcs -f T property
pcs -f T acl
pcs -f T alert
pcs -f T resource utilization
pcs -f T node utilization
pcs -f T resource config --output-format=cmd
pcs -f T stonith config --output-format=cmd
pcs -f T constraint config --output-format=cmd
corosync-cfgtool -R
pcs cluster destroy
