/** What we are, and the releases whose behaviour we reproduce. */
export const VERSION = "0.1.0";
export const PACEMAKER_VERSION = "3.0.0";
export const CRM_FEATURE_SET = "3.20.0";
export const PCS_VERSION = "0.12.0";
export const COROSYNC_VERSION = "3.1.9";
