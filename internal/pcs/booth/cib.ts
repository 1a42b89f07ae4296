import { Element } from "../../xml/mod.ts";
import { IdProvider } from "../cib/ids.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, forceable, LibraryError } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import { chooseAgent } from "../resource/agent-choice.ts";
import { createPrimitive } from "../resource/primitive.ts";
import { removeElements } from "../resource/remove.ts";
import { boothConfText, boothFiles } from "./files.ts";

/** Resources that run the booth of this configuration. */
function boothResources(resources: Element, config: string): Element[] {
  return resources
    .descendants("primitive")
    .filter(
      (primitive) =>
        primitive.get("type") === "booth-site" &&
        primitive
          .elements("instance_attributes")
          .some((set) =>
            set
              .elements("nvpair")
              .some((pair) => pair.get("name") === "config" && pair.get("value") === config),
          ),
    );
}

/** `booth create ip ADDRESS`: a group of an address and the booth. */
export async function boothCreate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "-f", "--name"]);
  const [keyword, ip] = argv;
  if (keyword !== "ip" || ip === undefined || argv.length > 2) throw new CommandLineError();
  const files = boothFiles(context, options);
  const resources = resourcesOf(await context.cib());
  if (boothResources(resources, files.config).length > 0) {
    context.report.error(`booth instance '${files.name}' is already created as cluster resource`);
  }
  await boothConfText(context, files);
  context.report.stopOnErrors();
  const ids = new IdProvider(resources);
  const newId = (suffix: string) => ids.allocate(`booth-${files.name}-${suffix}`);
  const group = new Element("group", { id: newId("group") });
  const parts = [
    ["ip", "ocf:heartbeat:IPaddr2", "ip", ip],
    ["service", "ocf:pacemaker:booth-site", "config", files.config],
  ] as const;
  const members: Element[] = [];
  for (const [suffix, agent, name, value] of parts) {
    members.push(
      await createPrimitive(context, resources, ids, {
        id: newId(suffix),
        agent: await chooseAgent(context, agent, options.force),
        instance: new Map([[name, value]]),
        meta: new Map(),
        operations: [],
        noDefaultOps: false,
        agentValidation: false,
        force: false,
        type: "resource",
      }),
    );
  }
  for (const member of members) group.append(member.remove());
  resources.append(group);
  await context.pushCib();
}

/** `booth delete`: the booth, and the address when nothing else is in their group. */
export async function boothRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "-f", "--name"]);
  if (argv.length > 0) throw new CommandLineError();
  const { name, config } = boothFiles(context, options);
  const booths = boothResources(resourcesOf(await context.cib()), config);
  if (booths.length === 0) context.report.error(`booth instance '${name}' not found in cib`);
  if (booths.length > 1) {
    const text = `found more than one booth instance '${name}' in cib`;
    context.report.add(forceable(options.force, text));
  }
  if (context.report.hasErrors) throw new LibraryError();
  const ids = booths.flatMap((booth) => [...addressBeside(booth), booth.id]);
  context.report.info(`Removing ${plural(ids, "resource")}: ${formatList(ids)}`);
  await removeElements(context, ids, options.force);
}

/** The address in the booth's group, when the two are alone there. */
function addressBeside(booth: Element): string[] {
  const group = booth.parent;
  if (group?.name !== "group") return [];
  const members = group.elements("primitive");
  if (members.length !== 2) return [];
  return members
    .filter((member) => member.get("type") === "IPaddr2")
    .map(({ id }) => id)
    .slice(0, 1);
}
