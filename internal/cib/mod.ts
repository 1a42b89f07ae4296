export {
  type Access,
  type AccessMap,
  accessOf,
  accessTo,
  aclEnabled,
  authorizeChange,
  readableCib,
} from "./acl.ts";
export { sameElement } from "./compare.ts";
export * from "./dates/mod.ts";
export { type DiffOptions, diffCib } from "./diff.ts";
export { cibDigest, diskDigest } from "./digest.ts";
export { Editor } from "./editor.ts";
export { type CibFailure, CibFailures } from "./failure.ts";
export { freeId, idIndex, sanitizeId } from "./ids.ts";
export { parseIntervalMs, parseTimeMs } from "./interval.ts";
export { type ApplyOptions, applyCibRequest, type CibCheck } from "./operation.ts";
export { patchCib } from "./patch.ts";
export { elementPath } from "./query.ts";
export {
  type CibOperation,
  type CibOutcome,
  type CibRequest,
  type CibStamp,
  formatLastWritten,
} from "./request.ts";
export * from "./rules/mod.ts";
export * from "./schema/mod.ts";
export { findSection, isSection, sectionPath } from "./sections.ts";
export * from "./upgrade/mod.ts";
export { type CibVersion, cibVersion, compareVersions, formatVersion } from "./version.ts";
