# community.general, exporters, agents, booth, drbd, SAP, crmsh: what they call.
cibadmin --empty > C
CIB_file=C cibadmin --create -o nodes -X '<node id="1" uname="node1"/>'
CIB_file=C cibadmin --create -o nodes -X '<node id="2" uname="node2"/>'
pcs cluster status
pcs cluster start --all
pcs cluster stop --force
pcs -f C resource create r1 ocf:pacemaker:Dummy fake=1 op monitor interval=5s meta is-managed=true --group g1
pcs -f C resource create r2 ocf:pacemaker:Dummy clone interleave=true
pcs -f C resource create r3 ocf:pacemaker:Dummy --agent-validation
pcs -f C resource create r4 ocf:pacemaker:Dummy --wait=30
pcs -f C resource clone r3
pcs -f C resource status r1
pcs -f C resource status
pcs -f C resource enable r1
pcs -f C resource disable r1
pcs -f C resource start r1
pcs -f C property set maintenance-mode=true
pcs -f C property config | grep 'maintenance-mode.*true'
pcs -f C property config --output-format=json
pcs -f C resource config --output-format=json
pcs -f C stonith create fx fence_xvm pcmk_host_list=node1
pcs -f C stonith config --output-format=json
pcs -f C stonith status
pcs -f C resource cleanup r1
pcs resource cleanup r1
pcs -f C resource remove r3 --force
CIB_file=C crm_mon -X --inactive
CIB_file=C crm_mon -1
CIB_file=C crm_mon -1 -r -n
CIB_file=C crm_mon --as-xml
CIB_file=C crm_mon --output-as=xml -1
CIB_file=C cibadmin --query --local
CIB_file=C cibadmin -Ql --xpath //primitive
CIB_file=C cibadmin --local -Q --xpath "//primitive[@id='r1']" --node-path
CIB_file=C cibadmin -Q --xpath "//nvpair[@name='maintenance-mode']"
corosync-cfgtool -s
corosync-quorumtool -p
corosync-quorumtool -s
crmadmin -S node1
crmadmin -D
crmadmin --version
crmadmin -t 100ms -S node1
crmadmin -N
cibadmin --query
crm_mon -X
CIB_file=C crm_resource -r r1 -m -p target-role -v Stopped
CIB_file=C crm_resource -r r1 -m -d target-role
CIB_file=C crm_resource -r r1 -M -N node2 -u PT5M -f
CIB_file=C crm_resource -r r1 -U
CIB_file=C crm_resource -r r1 -M -f
CIB_file=C crm_resource -W -r r1
CIB_file=C crm_resource -O
CIB_file=C crm_resource --get-parameter target-role --meta -r r1
CIB_file=C crm_resource --meta --get-parameter=is-managed --resource=r1
CIB_file=C crm_resource
CIB_file=C crm_resource -L
CIB_file=C crm_attribute --name maintenance-mode --update true
CIB_file=C crm_attribute --name maintenance-mode --query
CIB_file=C crm_attribute --name maintenance-mode --delete
CIB_file=C crm_simulate -sU
CIB_file=C crm_simulate -x C -S
crm_ticket -t T1 -g --force -S owner --attr-value=1 -S expires --attr-value=99 -S term --attr-value=3 -S booth-cfg-name --attr-value=booth
CIB_file=C crm_ticket -t T1 -g --force -S owner --attr-value=1 -S expires --attr-value=99 -S term --attr-value=3 -S booth-cfg-name --attr-value=booth
CIB_file=C crm_ticket -t T1 -S owner --attr-value=2
CIB_file=C crm_ticket -t T1 -G owner --quiet
CIB_file=C crm_ticket --ticket T1 --get-attr standby
CIB_file=C crm_ticket -t T1 -D owner
CIB_file=C crm_ticket -t T1 -r --force -S owner --attr-value=0
CIB_file=C crm_ticket -l
crm_simulate -x C -O out.xml --ticket-grant T1 --simulate; sed -i '1s/num_updates="[0-9]*"//' out.xml
CIB_file=C crm_attribute -t status -N node1 -n terminate -v 1
CIB_file=C crm_attribute -Q -t nodes
crm_node -i
crm_node --quorum
crm_node --quorum -VVV
crm_node -q
crm_node -p
crm_node -l -p
stonith_admin --tolerance 5s --tag drbd --fence node2
stonith_admin -L
attrd_updater -n pingd --update-both 100
attrd_updater -n x -v 1 -d 5s
attrd_updater -p --name x -Q -N node1
attrd_updater -D -n x
attrd_updater --private --lifetime reboot -n x -v 1
crm_master -Q -l reboot -v 100
OCF_RESOURCE_INSTANCE=r1 CIB_file=C crm_master -l reboot -v 100
OCF_RESOURCE_INSTANCE=r1 CIB_file=C crm_master -l forever -N node1 -v 100
OCF_RESOURCE_INSTANCE=r1 CIB_file=C crm_master -l forever -N node1 -Q
CIB_file=C crm_attribute -N node1 -l reboot --name n1 --update 7
CIB_file=C crm_attribute -N node1 -l reboot --name n1 --query
CIB_file=C crm_attribute -N node1 -l reboot --name n1 --delete
CIB_file=C crm_attribute -t crm_config --name N -s S1 --query --quiet
CIB_file=C crm_attribute --type nodes --node node1 -n site -v berlin
CIB_file=C crm_attribute --type nodes --node node1 -n site -G -q
CIB_file=C crm_attribute -p r1 -l reboot -N node1 -v 5
CIB_file=C crm_attribute -G -n stonith-enabled -d none
CIB_file=C crm_resource -r r1 -z -p cpu -v 3 -Q
CIB_file=C crm_resource -r r1 -z -g cpu -Q
CIB_file=C crm_resource --resource r1 --force-check
CIB_file=C crm_failcount -G -r r1 -N node1
CIB_file=C crm_standby -N node1 -v on
CIB_file=C crm_standby -N node1 -G
CIB_file=C crm_standby -N node1 -D
CIB_file=C crm_verify -V -x C
CIB_file=C crm_verify -LVVV
crm_verify -VV -p < C
CIB_file=C crm_rule --check --rule nope
crm_resource --list-ocf-alternatives Dummy
crm_resource --list-standards
crm_resource --list-ocf-providers
crm_resource --show-metadata ocf:pacemaker:Stateful
crm_error 5
crm_error -l -X
iso8601 -D PT5M
iso8601 -d '2026-01-01 00:00:00Z' -p P1D
cp C D; CIB_file=D cibadmin -C -o resources -X '<primitive id="x" class="ocf" provider="pacemaker" type="Dummy"/>'
crm_diff -u -o C -n D
crm_diff -o C -n D
crm_diff -u -o C -n D > patch.xml; crm_diff -o C -p patch.xml
pcs resource create X systemd:X --clone interleave=true
pcs -f C resource create X systemd:X --clone interleave=true
pcs -f C constraint order start r1 then r2-clone kind=Optional
pcs -f C constraint colocation add r1 with r2-clone
pcs resource list ocf:pacemaker
pcs stonith list fence_x
pcs resource standards
