import { type ArgumentGroups, groupByKeywords, keyValues } from "../frame/arguments.ts";
import { CommandLineError } from "../frame/report.ts";

type Values = Map<string, string>;

/** What `bundle create` and `bundle reset` are told. */
export interface BundleArguments {
  type: string;
  container: Values;
  network: Values;
  ports: Values[];
  storage: Values[];
  meta: Values;
}

/** What `bundle update` is told. */
export interface BundleChanges {
  container: Values;
  network: Values;
  ports: MapChanges;
  storage: MapChanges;
  meta: Values;
}

export interface MapChanges {
  add: Values[];
  remove: string[];
}

const MAPS = ["port-map", "storage-map"];
const KEYWORDS = ["meta", "container", "network", ...MAPS];

function parseGroups(argv: readonly string[]): ArgumentGroups {
  const groups = groupByKeywords(argv, KEYWORDS);
  for (const keyword of KEYWORDS) {
    if (!groups.has(keyword)) continue;
    const sections = MAPS.includes(keyword) ? groups.each(keyword) : [groups.flat(keyword)];
    if (sections.some((words) => words.length === 0)) {
      throw new CommandLineError(`No ${keyword} options specified`);
    }
  }
  return groups;
}

/** `reset` takes no container type. */
export function parseBundle(argv: readonly string[], reset: boolean): BundleArguments {
  const groups = parseGroups(argv);
  const container = groups.flat("container");
  const typed = !reset && container.length > 0 && !container[0]!.includes("=");
  const type = typed ? container.shift()! : "";
  return {
    type,
    container: keyValues(container),
    network: keyValues(groups.flat("network")),
    ports: groups.each("port-map").map(keyValues),
    storage: groups.each("storage-map").map(keyValues),
    meta: keyValues(groups.flat("meta")),
  };
}

export function parseBundleChanges(argv: readonly string[]): BundleChanges {
  const groups = parseGroups(argv);
  const ports = mapChanges("port-map", groups.each("port-map"));
  const storage = mapChanges("storage-map", groups.each("storage-map"));
  return {
    container: keyValues(groups.flat("container")),
    network: keyValues(groups.flat("network")),
    ports,
    storage,
    meta: keyValues(groups.flat("meta")),
  };
}

function mapChanges(name: string, groups: readonly string[][]): MapChanges {
  const changes: MapChanges = { add: [], remove: [] };
  for (const [action, ...words] of groups) {
    const removes = action === "delete" || action === "remove";
    if (words.length === 0 || (action !== "add" && !removes)) {
      throw new CommandLineError(
        `When using '${name}' you must specify either 'add' and options or either of 'delete' or ` +
          "'remove' and id(s)",
      );
    }
    if (removes) changes.remove.push(...words);
    else changes.add.push(keyValues(words));
  }
  return changes;
}
