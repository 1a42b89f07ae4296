export { compareSchemas, LATEST_SCHEMA, parseSchema, type SchemaVersion } from "./schema-name.ts";
export { type UpgradeFailure, type UpgradeRemark, upgradeCib } from "./upgrade.ts";
