import { actionLines } from "./actions.ts";
import type { Explanation, NodeExplanation } from "./explain.ts";

/** The explanation as lines for a person in a hurry: the answer first, the arithmetic last. */
export function explanationText(one: Explanation): string[] {
  const { resource, role, runs_on: runsOn, goes_to: goesTo } = one;
  const runs = runsOn.length === 0 ? "does not run" : `runs on ${runsOn.join(", ")} (${role})`;
  const stays = runsOn.length === 1 && runsOn[0] === goesTo;
  const next =
    goesTo === null
      ? runsOn.length === 0
        ? "and is not to"
        : "and is to be stopped"
      : stays
        ? restarts(one)
          ? "and is to be restarted there"
          : "and stays there"
        : runsOn.length === 0
          ? `and is to start on ${goesTo}`
          : `and is to move to ${goesTo}`;
  return [
    `${resource} ${runs} ${next}: ${one.why}.`,
    ...one.remarks.map((remark) => `  ${remark}`),
    ...chainLines(one),
    ...actionLines(one.actions),
    ...one.nodes.flatMap(nodeLines),
  ];
}

/** It is stopped although it stays on its node. */
function restarts({ actions, goes_to: node }: Explanation): boolean {
  return actions.some((action) => action.task === "stop" && action.node === node);
}

function chainLines({ chain }: Explanation): string[] {
  return chain.map((link, i) => {
    const by = link.constraint === null ? "its group" : `constraint '${link.constraint}'`;
    const place = link.on === null ? "is to run nowhere" : `is to run on ${link.on}`;
    const end = link.because === null ? "" : `, because of: ${link.because}`;
    const lead = i === 0 ? "  Must be with: " : "          then: ";
    const member = link.member === null ? "" : `, that is with its last member ${link.member}`;
    return `${lead}${link.resource} with ${link.with}${member} (${by}), which ${place}${end}`;
  });
}

const VERDICTS: Record<NodeExplanation["verdict"], string> = {
  chosen: "chosen",
  possible: "possible, not chosen",
  forbidden: "not allowed",
  unavailable: "not available",
};

function nodeLines(one: NodeExplanation): string[] {
  const why = one.why_not === null || one.why_not === "" ? "" : `: ${one.why_not}`;
  return [
    `  ${one.node}: ${VERDICTS[one.verdict]}${why}`,
    ...one.to_change.map((way) => `      to change that: ${way}`),
    `      score ${one.score}${one.reasons.length === 0 ? "" : ", made of"}`,
    ...one.reasons.map(({ score, because }) => `      ${score.padStart(11)}  ${because}`),
  ];
}
