import { ExitCode, formatScore } from "../../internal/base/mod.ts";
import { type Colocation, type Resource, Role, roleName } from "../../internal/scheduler/mod.ts";
import { TextSink } from "../../internal/status/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import { isForced, type ResourceCall, requireResource } from "./resource-context.ts";

/** `--constraints` and `--stack`: what places a resource, and what is placed with it. */
export function constraints(call: ResourceCall, recursive: boolean): number {
  const named = requireResource(call);
  const resource = isForced(call.tool) ? named : named.top();
  const writer = new Writer(call, recursive);
  writer.locations(resource);
  writer.colocated(resource, true);
  writer.forget();
  writer.colocated(resource, false);
  call.tool.output.write(writer.sink.take());
  call.tool.output.add(writer.xml);
  return ExitCode.OK;
}

class Writer {
  readonly sink = new TextSink();
  readonly xml = new Element("constraints");
  readonly #call: ResourceCall;
  readonly #recursive: boolean;
  readonly #seen = new Set<Resource>();

  constructor(call: ResourceCall, recursive: boolean) {
    this.#call = call;
    this.#recursive = recursive;
  }

  locations(resource: Resource): void {
    const all = this.#call.working.locations.filter((each) => each.resource === resource);
    const seen = new Map<string, number>();
    const rows = all.map(({ id, nodes }) => {
      const nth = seen.get(id) ?? 0;
      seen.set(id, nth + 1);
      return { id: this.#ruleId(id, nth), nodes };
    });
    // The latest stands first.
    rows.reverse();
    let begun = false;
    for (const { id, nodes } of rows) {
      for (const { node, score } of nodes.toReversed()) {
        if (!begun) this.sink.begin("Locations");
        begun = true;
        const weight = formatScore(score);
        this.sink.item(`Node ${node.name} (score=${weight}, id=${id}, rsc=${resource.id})`);
        const facts = { node: node.name, rsc: resource.id, id, score: weight };
        this.xml.append(new Element("rsc_location", facts));
      }
    }
    if (begun) this.sink.end();
  }

  /** What a location constraint is called here: its rule, where it has one. */
  #ruleId(constraint: string, nth: number): string {
    const xml = this.#call.working.cib.byId(constraint, "rsc_location");
    return xml?.elements("rule")[nth]?.id ?? constraint;
  }

  /** Those placed with the resource (`dependents`), or those it is placed with. */
  colocated(resource: Resource, dependents: boolean): void {
    this.#seen.add(resource);
    // In the order in which the scheduler regards them.
    const all = dependents ? resource.withThis : resource.thisWith;
    const rows = all.filter((each) => each.explicit);
    let begun = false;
    for (const row of rows) {
      const other = dependents ? row.dependent : row.primary;
      if (!begun) {
        const title = dependents ? "Resources colocated with" : "Resources";
        const end = dependents ? "" : " is colocated with";
        this.sink.begin(`${title} ${resource.id}${end}`);
      }
      begun = true;
      if (this.#seen.has(other)) {
        this.sink.item(`${other.id} (id=${row.id} - loop)`);
        continue;
      }
      this.xml.append(colocationXml(row));
      this.#related(row, other, dependents);
    }
    if (begun) this.sink.end();
  }

  /** Another question begins: nothing has been shown for it. */
  forget(): void {
    this.#seen.clear();
  }

  #related(row: Colocation, other: Resource, dependents: boolean): void {
    this.sink.item(header(row, other, dependents));
    // What follows is indented under it.
    const nested = new Writer(this.#call, this.#recursive);
    nested.locations(other);
    if (this.#recursive) {
      for (const seen of this.#seen) nested.#seen.add(seen);
      nested.colocated(other, dependents);
      // Whoever was shown once is not shown again, wherever in the tree.
      for (const seen of nested.#seen) this.#seen.add(seen);
    }
    for (const line of nested.sink.take().split("\n")) {
      if (line !== "") this.sink.line(`    ${/^\s*\*/.test(line) ? line : `* ${line}`}`);
    }
    for (const element of nested.xml.elements()) this.xml.append(element.remove());
  }
}

function header(row: Colocation, other: Resource, dependents: boolean): string {
  const role =
    row.primaryRole > Role.started
      ? `${dependents ? "needs" : "with"} role=${roleName(row.primaryRole)}, `
      : "";
  return `${other.id} (score=${formatScore(row.score)}, ${role}id=${row.id})`;
}

function colocationXml(row: Colocation): Element {
  const element = new Element("rsc_colocation", {
    id: row.id,
    rsc: row.dependent.id,
    "with-rsc": row.primary.id,
    score: formatScore(row.score),
  });
  element.set("node-attribute", row.nodeAttribute);
  if (row.dependentRole !== Role.unknown) element.set("rsc-role", roleName(row.dependentRole));
  if (row.primaryRole !== Role.unknown) element.set("with-rsc-role", roleName(row.primaryRole));
  return element;
}
