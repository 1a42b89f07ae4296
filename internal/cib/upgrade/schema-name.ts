export interface SchemaVersion {
  major: number;
  minor: number;
}

export const LATEST_SCHEMA: SchemaVersion = { major: 4, minor: 0 };

/** Newest minor version of each major one. */
const LAST_MINOR: Record<number, number> = { 1: 3, 2: 10, 3: 10, 4: 0 };

/** `pacemaker-3.10` as numbers; null for a schema that does not exist. */
export function parseSchema(name: string): SchemaVersion | null {
  const match = /^pacemaker-(\d+)\.(\d+)$/.exec(name);
  if (match === null) return null;
  const version = { major: Number(match[1]), minor: Number(match[2]) };
  const last = LAST_MINOR[version.major];
  if (last === undefined || version.minor > last) return null;
  return version.major === 1 && version.minor === 1 ? null : version;
}

export function compareSchemas(a: SchemaVersion, b: SchemaVersion): number {
  return a.major - b.major || a.minor - b.minor;
}
