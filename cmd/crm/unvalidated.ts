/** What the tools say of a CIB whose `validate-with` is `none`. */
export const Unvalidated = {
  disabled:
    "Schema validation of configuration is disabled (support for validate-with set to " +
    '"none" is deprecated and will be removed in a future release)',
  deprecated:
    "Support for validate-with='none' is deprecated and will be removed in a future release " +
    "without the possibility of upgrades (manually edit to use a supported schema)",
} as const;
