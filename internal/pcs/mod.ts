export type {
  AgentCatalog,
  AgentRun,
  CibStore,
  PcsEnvironment,
  TextStore,
  ToolResult,
} from "./frame/environment.ts";
export { type Invocation, type Output, readCommandLine, runPcs } from "./frame/run.ts";
