import { SECTIONS, type Section } from "../../../internal/status/mod.ts";

const SUMMARY: Section[] = ["stack", "dc", "times", "counts", "maint-mode"];
const FENCING: Section[] = ["fencing-failed", "fencing-pending", "fencing-succeeded"];

const GROUPS: Record<string, readonly Section[]> = { summary: SUMMARY, fencing: FENCING };

/** Sections shown unless asked otherwise: nearly all in XML, the essential ones elsewhere. */
export function defaultSections(format: string): Set<Section> {
  if (format === "xml") return new Set(SECTIONS);
  return new Set([...SUMMARY, "nodes", "resources", "failures"]);
}

function allSections(format: string): Section[] {
  return format === "text" ? SECTIONS.filter((section) => section !== "options") : [...SECTIONS];
}

const NAMES = [
  ...["all", "attributes", "bans[:PREFIX]", "counts", "dc", "default", "failcounts", "failures"],
  ...["fencing", "fencing-failed", "fencing-pending", "fencing-succeeded", "maint-mode", "nodes"],
  ...["none", "operations", "options", "resources", "stack", "summary", "tickets", "times"],
];

/** What went wrong: the list of names was asked for, or a name is not known. */
export interface SectionProblem {
  message: string;
}

/** Sections being chosen, option by option. */
export class SectionChoice {
  readonly sections: Set<Section>;
  readonly #format: string;
  banPrefix = "";

  constructor(format: string) {
    this.#format = format;
    this.sections = defaultSections(format);
    this.fencing(1);
  }

  add(...sections: Section[]): void {
    for (const section of sections) this.sections.add(section);
  }

  remove(...sections: Section[]): void {
    for (const section of sections) this.sections.delete(section);
  }

  hideHeaders(): void {
    this.remove(...SUMMARY);
  }

  /** Level of --fence-history; 1 where it is not given. Only level 0 takes sections away. */
  fencing(level: number): void {
    if (level === 0) this.remove(...FENCING);
    else this.add("fencing-failed", "fencing-pending");
    if (level > 1) this.add("fencing-succeeded");
  }

  include(list: string): SectionProblem | null {
    for (const name of list.split(",")) {
      if (name === "all") this.add(...allSections(this.#format));
      else if (name === "none") this.sections.clear();
      else if (name === "default") {
        this.sections.clear();
        this.add(...defaultSections(this.#format));
      } else if (name === "bans" || name.startsWith("bans:")) {
        this.add("bans");
        if (name.length > 5) this.banPrefix = name.slice(5);
      } else if (!this.#each(name, (section) => this.sections.add(section))) {
        return { message: `--include options: ${NAMES.join(", ")}` };
      }
    }
    return null;
  }

  exclude(list: string): SectionProblem | null {
    for (const name of list.split(",")) {
      if (name === "all") this.sections.clear();
      else if (name === "none") this.add(...allSections(this.#format));
      else if (!this.#each(name, (section) => this.sections.delete(section))) {
        const names = NAMES.filter((one) => one !== "default").map((one) =>
          one.replace("[:PREFIX]", ""),
        );
        return { message: `--exclude options: ${names.join(", ")}` };
      }
    }
    return null;
  }

  #each(name: string, change: (section: Section) => void): boolean {
    const group = Object.hasOwn(GROUPS, name) ? GROUPS[name]! : null;
    if (group === null && !(SECTIONS as readonly string[]).includes(name)) return false;
    for (const section of group ?? [name as Section]) change(section);
    return true;
  }
}
