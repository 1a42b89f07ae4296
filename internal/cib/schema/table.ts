import type { SchemaSource } from "./language.ts";
import { acls } from "./parts/acls.ts";
import { bundles } from "./parts/bundles.ts";
import { constraints } from "./parts/constraints.ts";
import { nvsets } from "./parts/nvsets.ts";
import { outline } from "./parts/outline.ts";
import { resources } from "./parts/resources.ts";
import { rules } from "./parts/rules.ts";
import { sideSections } from "./parts/side-sections.ts";
import type { SchemaNumber } from "./versions.ts";

/**
 * Element types of a schema. Versions before 4.0 are taken together where a later one only removed
 * what an earlier one had: a document that was valid stays so, and `upgrade` brings it to 4.0.
 */
export function schemaSource(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  return {
    ...outline(version),
    ...nvsets(version),
    ...rules(old),
    ...resources(version),
    ...bundles(version),
    ...constraints(version),
    ...sideSections(version),
    ...acls(version),
  };
}
