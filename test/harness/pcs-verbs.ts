/**
 * Every verb of pcs, in one of three lists: a command line for each that changes something, on the
 * world of `pcs-world.ts`; those that only look; and those that muster does not have.
 */

/** A command line that changes something, and what its dry run must tell of. */
export interface ChangingVerb {
  line: string;
  tells: string;
  /** It works on a CIB file, not on the running cluster. */
  file?: boolean;
}

const configuration = "Changes of the configuration:";
const corosync = "Changes of ";
const would = "This command would:";

function verbs(tells: string, lines: string, file = false): ChangingVerb[] {
  const all = lines.split("\n").map((line) => line.trim());
  return all.filter((line) => line !== "").map((line) => ({ line, tells, file }));
}

export const CHANGING: readonly ChangingVerb[] = [
  ...verbs(
    configuration,
    `resource enable off
    resource disable a
    resource safe-disable off2 --no-strict
    resource manage unmanaged
    resource unmanage a
    resource move a node2
    resource move-with-constraint a node2
    resource ban a
    resource clear banned
    resource relocate run
    resource relocate clear
    resource utilization a cpu=2
    resource create new ocf:test:Dummy needed=1
    resource update a state=/x
    resource meta a priority=5
    resource delete a
    resource remove a
    resource group add g a
    resource group delete g
    resource group remove g
    resource ungroup g
    resource clone a
    resource promotable a --force
    resource unclone k
    resource op defaults set create meta timeout=60s
    resource op defaults set delete od
    resource op defaults set remove od
    resource op defaults set update od meta timeout=60s
    resource op defaults update timeout=60s
    resource op add b monitor interval=33s
    resource op delete a-monitor
    resource op remove a-monitor
    resource defaults set create meta priority=1
    resource defaults set delete rd
    resource defaults set remove rd
    resource defaults set update rd meta priority=9
    resource defaults update priority=9
    resource bundle create nb container podman image=x network control-port=1234
    resource bundle reset bn container image=y
    resource bundle update bn container image=y
    stonith create nf fence_test
    stonith update f pcmk_host_list=node1
    stonith delete f
    stonith remove f
    stonith meta f priority=5
    stonith op defaults set create meta timeout=60s
    stonith op defaults set delete od
    stonith op defaults set remove od
    stonith op defaults set update od meta timeout=60s
    stonith op defaults update timeout=60s
    stonith op add foff monitor interval=33s
    stonith op delete f-monitor
    stonith op remove f-monitor
    stonith defaults set create meta priority=1
    stonith defaults set delete rd
    stonith defaults set remove rd
    stonith defaults set update rd meta priority=9
    stonith defaults update priority=9
    stonith level add 2 node1 f
    stonith level clear
    stonith level remove 1 target node2 stonith f
    stonith level delete 1 target node2 stonith f
    stonith enable foff
    stonith disable f
    cluster cib-push /new.xml --config
    cluster edit
    constraint location a prefers node1=5
    constraint order a then b
    constraint ticket set a b setoptions ticket=T
    constraint ticket add T a
    constraint ticket delete T b
    constraint ticket remove T b
    constraint colocation add a with b
    constraint colocation delete off b
    constraint colocation remove off b
    constraint colocation set a b
    constraint delete banned-not-node1
    constraint remove banned-not-node1
    property set stonith-enabled=false
    property unset no-quorum-policy
    acl enable
    acl disable
    acl role create nr read xpath /x
    acl role delete ro
    acl role remove ro
    acl role assign ro2 joe
    acl role unassign ro joe
    acl user create jim ro
    acl user delete joe
    acl user remove joe
    acl group create people ro
    acl group delete gang
    acl group remove gang
    acl permission add ro write id a
    acl permission delete ro-read
    acl permission remove ro-read
    alert create path=/y
    alert update al path=/y
    alert delete al
    alert remove al
    alert recipient add al value=w
    alert recipient update re value=w
    alert recipient delete re
    alert recipient remove re
    tag create t2 a b
    tag delete t
    tag remove t
    tag update t add b
    node attribute node1 x=1
    node maintenance node1
    node standby node1
    node unmaintenance node3
    node unstandby node3
    node utilization node1 cpu=2
    config checkpoint restore 1
    booth create ip 192.0.2.9 --name other
    booth delete
    booth remove
    booth ticket standby T
    booth ticket unstandby T
    booth ticket cleanup T`,
  ),
  ...verbs(
    configuration,
    `cluster cib-upgrade
    cluster node add-guest gn off
    cluster node add-remote rn2 192.0.2.8
    cluster node delete-guest guest1
    cluster node delete-remote rem
    cluster node remove-guest guest1
    cluster node remove-remote rem`,
    true,
  ),
  ...verbs(
    corosync,
    `cluster cib /out.xml
    cluster setup --force new node1 node2
    cluster config update totem token=5000
    cluster config uuid generate --force
    cluster link add node1=198.51.100.1 node2=198.51.100.2
    cluster link delete 1
    cluster link remove 1
    cluster link update 1 options mcastport=5409
    cluster node add node3 addr=192.0.2.3 addr=198.51.100.3
    cluster node delete node2 --force
    cluster node remove node2 --force
    cluster uidgid add uid=nobody
    config restore --local /backup.tar.bz2
    booth setup sites 192.0.2.1 192.0.2.2 arbitrators 192.0.2.3 --force
    booth ticket add new
    booth ticket delete T
    booth ticket remove T
    pcsd certkey /cert.pem /key.pem --force
    quorum device add model net host=qnetd algorithm=ffsplit
    quorum update last_man_standing=1
    quorum device heuristics delete
    quorum device heuristics remove
    quorum device delete
    quorum device remove
    quorum device update model host=other`,
  ),
  ...verbs(
    would,
    `resource restart a
    resource cleanup a
    resource refresh a
    resource debug-start a
    resource debug-stop a
    resource debug-promote a
    resource debug-demote a
    resource debug-monitor a
    stonith fence node2
    stonith cleanup
    stonith refresh f
    stonith confirm node2 --yes
    stonith sbd device setup device=/dev/null --yes
    stonith sbd device message /dev/null node2 test
    stonith sbd watchdog test --yes
    stonith history cleanup
    stonith history update
    cluster authkey corosync
    cluster sync corosync
    cluster auth -u hacluster -p x
    cluster start --all
    cluster stop --all
    cluster kill
    cluster enable --all
    cluster disable
    cluster node clear gone
    cluster uidgid delete uid=somebody
    cluster reload corosync
    cluster destroy
    cluster report /report
    config backup /backup
    host auth node3 -u hacluster -p x
    host deauth node2
    client local-auth -u hacluster -p x
    pcsd deauth
    pcsd sync-certificates
    quorum expected-votes 3
    quorum unblock --yes`,
  ),
];

/** Paths of verbs that only look, or name the verb that took their place. */
export const LOOKING: readonly string[] = `
resource list|describe|standards|providers|agents|get_resource_agent_info|status|failcount|explain
resource relations|config
resource relocate show|dry-run
resource group list
resource op defaults config
resource defaults config
stonith list|describe|config|status|failcount|get_fence_agent_info
stonith op defaults config
stonith defaults config
stonith level config|verify
stonith sbd status|config|local_config_in_json
stonith sbd watchdog list|list_json
stonith history show
cluster config show
cluster status|pcsd-status|certkey|corosync|verify
constraint config|show|list|ref|rule
constraint ticket show|config
constraint colocation show|config
property list|show|config|defaults|describe|get_cluster_properties_definition
acl config|show
alert config|show|get_all_alerts
tag config|list
node pacemaker-status
config show
config checkpoint list|view|diff
status
booth config|status
qdevice status
pcsd status
dr config|status
quorum config|status
quorum device status
`
  .trim()
  .split("\n")
  .flatMap((line) => {
    const words = line.split(" ");
    const last = words.pop()!;
    return last.split("|").map((word) => [...words, word].join(" "));
  });

/** Verbs that end with a message: they need daemons that are no part of muster. */
export const ABSENT: readonly string[] = [
  "stonith update-scsi-devices f set /dev/null",
  "stonith sbd enable",
  "stonith sbd disable",
  "cluster node add-outside node1 node2",
  "cluster remove_nodes_from_cib node2",
  "booth destroy",
  "booth ticket grant T",
  "booth ticket revoke T",
  "booth restart",
  "booth sync",
  "booth pull",
  "booth enable",
  "booth disable",
  "booth start",
  "booth stop",
  "qdevice setup model net",
  "qdevice destroy net",
  "qdevice start net",
  "qdevice stop net",
  "qdevice kill net",
  "qdevice enable net",
  "qdevice disable net",
  "pcsd accept_token /x",
  "dr set-recovery-site node9",
  "dr destroy",
];
