# Spellings of pcs 0.9 to 0.11: those that go on working, with their warnings, and those that are gone.
cibadmin --empty > F
for n in 1 2 3; do CIB_file=$PWD/F cibadmin -C -o nodes -X "<node id='$n' uname='node$n'/>"; done
pcs -f F property set stonith-enabled=false
pcs -f F resource create a Dummy
pcs -f F resource create b ocf::pacemaker:Dummy
pcs -f F resource create b ocf:pacemaker:Dummy --group g
pcs -f F resource create c ocf:pacemaker:Dummy --group g --before b
pcs -f F resource create d ocf:pacemaker:Dummy --group g --after b
pcs -f F resource create e ocf:pacemaker:Dummy clone interleave=true
pcs -f F resource create f ocf:pacemaker:Stateful promotable promoted-max=1
pcs -f F resource create f2 ocf:pacemaker:Stateful master promoted-max=1
pcs -f F resource create f3 ocf:pacemaker:Dummy --clone
pcs -f F resource create f4 ocf:pacemaker:Stateful --master
pcs -f F resource create h ocf:pacemaker:Dummy
pcs -f F resource clone h clone-max=2
pcs -f F resource create i ocf:pacemaker:Stateful
pcs -f F resource promotable i notify=true
pcs -f F resource master m h
pcs -f F resource unmaster i
pcs -f F resource show
pcs -f F resource show a
pcs -f F resource show --full
pcs -f F resource show --groups
pcs -f F stonith show
pcs -f F resource move a node1
pcs -f F resource move-with-constraint a node1
pcs -f F resource clear a
pcs -f F resource op defaults timeout=60s
pcs -f F resource defaults resource-stickiness=100
pcs -f F resource rsc defaults resource-stickiness=100
pcs -f F resource failcount reset a
pcs -f F resource cleanup --full
pcs -f F resource refresh --full
pcs -f F resource op add f monitor interval=33s role=Master
pcs -f F resource meta f target-role=Master
pcs -f F constraint location f prefers node1=5
pcs -f F constraint location f rule role=master score=5 defined x
pcs -f F constraint location f rule role=Promoted score=5 defined x and y eq 1
pcs -f F constraint location f rule "#uname eq node1"
pcs -f F constraint location add l1 a node1 100
pcs -f F constraint location add l2 a node2 score=100
pcs -f F constraint location remove l1
pcs -f F constraint colocation add a b
pcs -f F constraint colocation add a with b 50
pcs -f F constraint colocation add a with master f 50
pcs -f F constraint colocation add h with Promoted f -- -50
pcs -f F constraint colocation add h with b -50
pcs -f F constraint order add a b
pcs -f F constraint order a then b
pcs -f F constraint rule add l2 "#uname eq node1"
pcs -f F constraint rule remove l2
pcs -f F constraint list
pcs -f F constraint list --full
pcs -f F constraint show
pcs -f F constraint location show
pcs -f F constraint order show --full
pcs -f F constraint colocation show
pcs -f F property set --node node1 x=1
pcs -f F property unset --node node1 x
pcs -f F property show
pcs -f F property list --all
pcs -f F property show stonith-enabled
pcs -f F stonith create s1 fence_xvm action=reboot
pcs -f F stonith create s1 fence_xvm action=reboot --force
pcs -f F stonith create s2 fence_xvm method=cycle
pcs -f F stonith create s3 fence_xvm pcmk_host_list=node1
pcs -f F stonith level add 1 node1 s1,s3
pcs -f F stonith level add 1 node1 s1 s3
pcs -f F stonith level remove 1 node1 s1
pcs -f F stonith level clear node1
pcs -f F stonith level remove 1 target node1
pcs -f F acl role create r1 read xpath /cib
pcs -f F acl user create joe
pcs -f F acl role assign r1 to user joe
pcs -f F acl role unassign r1 from user joe
pcs -f F acl role assign r1 joe
pcs -f F acl role unassign r1 joe
pcs -f F acl show
pcs -f F alert show
pcs -f F tag list
pcs -f F cluster cib scope=configuration
pcs -f F cluster cib scope=resources G
pcs -f F cluster cib H && pcs -f F cluster cib-push H --config
pcs -f F cluster cib-push H scope=resources
pcs -f F cluster standby node1
pcs -f F cluster unstandby node1
pcs -f F cluster quorum unblock
pcs -f F cluster cib-revert
pcs -f F cluster localnode add node9
pcs -f F cluster remote-node add node9 a
pcs -f F cluster status pcsd
pcs -f F status groups
pcs -f F status resources
pcs -f F config export pcs-commands
pcs config import-cman output=x
pcs cluster deauth
pcs pcsd clear-auth
pcs cluster node add node9,node9alt
pcs cluster setup --corosync_conf C new node1 node2
pcs cluster setup --name old node1 node2 --corosync_conf C
pcs cluster setup --corosync_conf C --force --transport udpu new node1 node2
pcs cluster setup --corosync_conf C --force --token 5000 new node1 node2
pcs cluster setup --local new node1 node2
pcs -f F resource update a op monitor interval=20s
pcs -f F resource group add g2 a h
pcs -f F resource unclone f
pcs -f F resource create k ocf:pacemaker:Dummy op start timeout=20 stop timeout=30
pcs -f F resource bundle create bn container docker image=x masters=1
pcs -f F resource bundle create bn2 container rkt image=x
pcs -f F resource manage a
pcs -f F resource create n ocf:pacemaker:Dummy meta resource-stickiness=5 --disabled
pcs -f F resource enable n
pcs -f F resource disable n
pcs -f F resource delete n
