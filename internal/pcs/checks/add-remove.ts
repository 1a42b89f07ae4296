import { error, type Report } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";

/** Changing what a list of items in the CIB holds: members of a group, of a tag ... */
export interface AddRemove {
  add: readonly string[];
  remove: readonly string[];
  /** Items in the container now. */
  current: readonly string[];
  /** What messages call the container and an item. */
  container: string;
  item: string;
  id: string;
  /** Added items go next to this one. */
  adjacent?: string | null;
  mayBecomeEmpty?: boolean;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function twice(list: readonly string[]): string[] {
  return list.filter((item, i) => list.indexOf(item) !== i);
}

/** Reports everything that is wrong with such a change. */
export function checkAddRemove(change: AddRemove): Report[] {
  const { add, remove, current, container, item, id } = change;
  const adjacent = change.adjacent ?? null;
  const items = plural(0, item);
  const reports: Report[] = [];
  if (add.length === 0 && remove.length === 0) {
    reports.push(
      error(`Cannot modify ${container} '${id}', no ${items} to add or remove specified`),
    );
  }
  const duplicates = new Set([...twice(add), ...twice(remove)]);
  if (duplicates.size > 0) {
    reports.push(
      error(
        `${capital(items)} to add or remove must be unique, duplicate ${items}: ` +
          formatList(duplicates),
      ),
    );
  }
  const present = new Set(add.filter((name) => current.includes(name)));
  if (adjacent === null && present.size > 0) {
    reports.push(
      error(
        `Cannot add ${plural(present, item)} ${formatList(present)}, ${plural(present, "it")} ` +
          `${plural(present, "is")} already present in ${container} '${id}'`,
      ),
    );
  }
  const missing = new Set(remove.filter((name) => !current.includes(name)));
  if (missing.size > 0) {
    reports.push(
      error(
        `Cannot remove ${plural(missing, item)} ${formatList(missing)}, ${plural(missing, "it")} ` +
          `${plural(missing, "is")} not present in ${container} '${id}'`,
      ),
    );
  }
  const both = new Set(add.filter((name) => remove.includes(name)));
  if (both.size > 0) {
    reports.push(
      error(
        `${capital(plural(both, item))} cannot be added and removed at the same time: ` +
          formatList(both),
      ),
    );
  }
  const rest = current.filter((name) => !remove.includes(name));
  if (change.mayBecomeEmpty !== true && add.length === 0 && rest.length === 0) {
    reports.push(error(`Cannot remove all ${items} from ${container} '${id}'`));
  }
  if (adjacent !== null && adjacent !== "") {
    reports.push(...checkAdjacent(change, adjacent));
  }
  return reports;
}

function checkAdjacent(change: AddRemove, adjacent: string): Report[] {
  const { add, current, container, item, id } = change;
  const items = plural(0, item);
  const reports: Report[] = [];
  if (!current.includes(adjacent)) {
    reports.push(
      error(
        `There is no ${item} '${adjacent}' in the ${container} '${id}', cannot add ${items} next to it`,
      ),
    );
  }
  if (add.includes(adjacent)) {
    reports.push(error(`Cannot put ${item} '${adjacent}' next to itself`));
  }
  if (add.length === 0) {
    reports.push(error(`Cannot specify adjacent ${item} '${adjacent}' without ${items} to add`));
  }
  return reports;
}
