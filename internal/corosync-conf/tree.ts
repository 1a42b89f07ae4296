/** One `key: value` line. */
export interface ConfOption {
  name: string;
  value: string;
  /** Line in the file, from 1; 0 when it was made by a program. */
  line: number;
}

/**
 * One section of a corosync.conf. The file itself is a section with an empty name. Options and
 * subsections are kept apart, each in file order, because that is the order they are printed in.
 */
export interface ConfSection {
  name: string;
  options: ConfOption[];
  sections: ConfSection[];
}

export function newSection(name: string, options: Record<string, string> = {}): ConfSection {
  const section: ConfSection = { name, options: [], sections: [] };
  for (const [key, value] of Object.entries(options)) addOption(section, key, value);
  return section;
}

export function addOption(section: ConfSection, name: string, value: string): void {
  section.options.push({ name, value, line: 0 });
}

/** Adds a new empty subsection and returns it. */
export function addSection(parent: ConfSection, name: string): ConfSection {
  const section = newSection(name);
  parent.sections.push(section);
  return section;
}

/** All subsections of that name, in file order. */
export function sectionsNamed(parent: ConfSection, name: string): ConfSection[] {
  return parent.sections.filter((section) => section.name === name);
}

/** The last value of an option: later lines override earlier ones, as Corosync reads them. */
export function optionValue(section: ConfSection, name: string): string | null {
  return section.options.findLast((option) => option.name === name)?.value ?? null;
}

/** The value that holds for `section.option`, over all top-level sections of that name. */
export function lastValue(root: ConfSection, section: string, option: string): string | null {
  let value: string | null = null;
  for (const found of sectionsNamed(root, section)) value = optionValue(found, option) ?? value;
  return value;
}

/** Sets an option once, at the place of its first occurrence or else at the end. */
export function setOption(section: ConfSection, name: string, value: string): void {
  const first = section.options.find((option) => option.name === name);
  if (first === undefined) {
    addOption(section, name, value);
    return;
  }
  first.value = value;
  section.options = section.options.filter((o) => o === first || o.name !== name);
}

/** Removes every occurrence; true when there was one. */
export function removeOption(section: ConfSection, name: string): boolean {
  const before = section.options.length;
  section.options = section.options.filter((option) => option.name !== name);
  return section.options.length !== before;
}

/** Drops subsections that hold nothing, at any depth. */
export function removeEmptySections(section: ConfSection): void {
  for (const child of section.sections) removeEmptySections(child);
  section.sections = section.sections.filter(
    (child) => child.options.length > 0 || child.sections.length > 0,
  );
}

export function copySection(section: ConfSection): ConfSection {
  return {
    name: section.name,
    options: section.options.map((option) => ({ ...option })),
    sections: section.sections.map(copySection),
  };
}
