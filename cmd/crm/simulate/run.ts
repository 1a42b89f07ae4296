import { closeSync, openSync, writeFileSync } from "node:fs";
import { ExitCode } from "../../../internal/base/mod.ts";
import { formatDate, fromEpoch, parseDate, toEpoch } from "../../../internal/cib/mod.ts";
import { localOffset } from "../../../internal/host/time-zone.ts";
import {
  decide,
  type ScheduleOptions,
  schedule,
  unpackStatus,
  withReadingMarks,
} from "../../../internal/scheduler/mod.ts";
import {
  AmbiguousNode,
  hasInjections,
  type Injections,
  inject,
  type Section,
  simulateTransition,
  UnknownNode,
} from "../../../internal/status/mod.ts";
import { type Element, printXml } from "../../../internal/xml/mod.ts";
import { dateContext } from "../local-time.ts";
import { ToolError } from "../tool.ts";
import type { Report } from "./report.ts";

/** What a run of crm_simulate is to do. */
export interface SimulationRequest {
  injections: Injections;
  failures: string[];
  /** Text of -t; null: the time the CIB was saved at, else now. */
  date: string | null;
  sections: Section[];
  scores: boolean;
  utilization: boolean;
  process: boolean;
  simulate: boolean;
  /** The input is complete, with private parameters. */
  live: boolean;
  pending: boolean;
  saveInput: string | null;
  saveGraph: string | null;
  saveDot: string | null;
  allActions: boolean;
}

/** Shows, changes, schedules and carries out; `cib` holds the outcome afterwards. */
export function runSimulation(cib: Element, request: SimulationRequest, report: Report): number {
  const nowMs = effectiveTime(cib, request.date, report);
  const options: ScheduleOptions = {
    nowMs,
    localOffset: localOffset(Math.floor(nowMs / 1000)),
    showScores: request.scores,
    showUtilization: request.utilization,
    sanitized: !request.live,
  };
  // One reading serves both the status and the decisions, unless the input changes in between.
  const plain = { ...options, showScores: false, showUtilization: false };
  const changes = hasInjections(request.injections);
  let current = changes || !report.quiet ? unpackStatus(cib, changes ? plain : options) : null;
  if (current !== null) {
    report.notices(current.notices);
    report.counts(current);
    report.status(current, "Current cluster status", request.sections, request.pending);
  }
  if (changes && current !== null) {
    const log = report.modifications();
    try {
      inject(cib, current, request.injections, Math.floor(Date.now() / 1000), log);
    } catch (error) {
      if (error instanceof AmbiguousNode) throw new ToolError(ExitCode.SOFTWARE, error.message);
      if (error instanceof UnknownNode) throw new ToolError(ExitCode.NOSUCH, error.message);
      throw error;
    }
    effectiveTime(cib, request.date, report);
    current = unpackStatus(cib, plain);
    report.notices(current.notices);
  }
  if (request.saveInput !== null) {
    const read = current ?? unpackStatus(cib, plain);
    withReadingMarks(read, () => save(request.saveInput!, printXml(cib, { pretty: true })));
  }
  if (!request.process && !request.simulate) return ExitCode.OK;
  const result = changes || current === null ? schedule(cib, options) : decide(current);
  report.assignment(result.working, request.scores, request.utilization);
  if (request.saveGraph !== null) {
    savePieces(request.saveGraph, result.graphText(true), ExitCode.IOERR);
  }
  if (request.saveDot !== null)
    save(request.saveDot, result.dot(request.allActions), ExitCode.IOERR);
  report.transition(result.working);
  if (!request.simulate) return ExitCode.OK;
  const outcome = simulateTransition(cib, result.graph, result.working, {
    nowSeconds: Math.floor(Date.now() / 1000),
    failures: request.failures,
    addNodes: request.injections.nodesUp.length > 0,
  });
  report.execution(outcome.events, outcome.complete);
  if (outcome.fault !== null) throw new ToolError(ExitCode.SOFTWARE, outcome.fault);
  effectiveTime(cib, request.date, report);
  if (report.quiet) return outcome.complete ? ExitCode.OK : ExitCode.ERROR;
  const revised = unpackStatus(cib, plain);
  report.notices(revised.notices);
  report.status(revised, "Revised Cluster Status", request.sections, false);
  return outcome.complete ? ExitCode.OK : ExitCode.ERROR;
}

/** The time to assume, in ms: asked for, or noted in the CIB, or now. Says so unless it is now. */
function effectiveTime(cib: Element, date: string | null, report: Report): number {
  if (date !== null) {
    report.info(`Setting effective cluster time: ${date}`);
    const parsed = parseDate(date, dateContext());
    return parsed === null ? Date.now() : toEpoch(parsed) * 1000;
  }
  const saved = Number(cib.get("execution-date") ?? 0);
  if (!(saved > 0)) return Date.now();
  report.info(`Using the original execution date of: ${formatDate(fromEpoch(saved))}`);
  return saved * 1000;
}

/** As {@link save}, piece by piece: a graph may be larger than all that it was made from. */
function savePieces(path: string, pieces: Iterable<Uint8Array>, code: number): void {
  try {
    const file = openSync(path, "w");
    try {
      for (const piece of pieces) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
  } catch {
    throw new ToolError(code, "");
  }
}

export function save(path: string, text: string, code: number = ExitCode.NOSUCH): void {
  try {
    writeFileSync(path, text);
  } catch {
    throw new ToolError(code, "");
  }
}
