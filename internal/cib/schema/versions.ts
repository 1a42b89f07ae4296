/** Version of a schema as one number: 310 is pacemaker-3.10, 400 is pacemaker-4.0. */
export type SchemaNumber = number;

/** Every schema's number, from its name without `pacemaker-`. */
export const SCHEMAS: Record<string, SchemaNumber> = {
  "1.0": 100,
  "1.2": 102,
  "1.3": 103,
  ...minors(2, 10),
  ...minors(3, 10),
  "4.0": 400,
};

function minors(major: number, last: number): Record<string, SchemaNumber> {
  const all: Record<string, SchemaNumber> = {};
  for (let minor = 0; minor <= last; minor++) all[`${major}.${minor}`] = major * 100 + minor;
  return all;
}
