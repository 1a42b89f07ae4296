export type {
  AgentCatalog,
  AgentRun,
  ArchiveEntry,
  CibStore,
  FolderEntry,
  PcsEnvironment,
  ServiceVerb,
  Simulation,
  TextStore,
  ToolResult,
} from "./frame/environment.ts";
export { type Invocation, type Output, readCommandLine, runPcs } from "./frame/run.ts";
export type { KnownHost, NodeAccess } from "./nodes/access.ts";
