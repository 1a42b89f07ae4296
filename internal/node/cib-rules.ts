import {
  type ApplyOptions,
  authorizeChange,
  CibFailures,
  readableCib,
  upgradeCib,
  validateShared,
} from "../cib/mod.ts";

/** What the cluster's CIB must satisfy: its schema, and the rights of whoever changes it. */
export const cibRules: ApplyOptions = {
  validate: (cib) => (validateShared(cib) === null ? null : CibFailures.schemaValidation),
  authorize: authorizeChange,
  readable: readableCib,
  upgrade: (cib) => upgradeCib(cib),
};
