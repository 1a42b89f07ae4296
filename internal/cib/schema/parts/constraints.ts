import type { FormSource, SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { ACTIONS, KINDS, REFERENCE, ROLES } from "./words.ts";

/** Constraints with one pair of resources or with sets of them. */
export function constraints(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  const lifetime = old ? " lifetime?" : "";
  const discovery = "resource-discovery=always|never|exclusive?";
  const who = [`rsc:IDREF role=${ROLES}?`, `rsc-pattern role=${ROLES}?`];
  const rule = old ? "rule:rule-location+" : "rule:rule-location";
  const location: FormSource[] = [];
  for (const subject of [...who, ""]) {
    const sets = subject === "" ? "resource_set+ ; " : "";
    const common = `id:ID ${subject} ${discovery}`;
    location.push({ attributes: `${common} score:score node`, children: sets + lifetime });
    location.push({ attributes: common, children: sets + rule + lifetime });
  }
  const scores = ["score:score?", `kind=${KINDS}`];
  const set =
    "id:ID sequential:boolean? require-all:boolean? ordering=group|listed? " +
    `action=${ACTIONS}? role=${ROLES}?`;
  const order = "id:ID symmetrical:boolean? require-all:boolean?";
  const pair = `first:IDREF then:IDREF first-action=${ACTIONS}? then-action=${ACTIONS}?`;
  const colocation = `id:ID score:score? ${version >= 306 ? "influence?" : ""}`;
  const mangled = old ? " score-attribute? score-attribute-mangle? symmetrical:boolean?" : "";
  const ticket = "id:ID ticket loss-policy=stop|demote|fence|freeze?";
  return {
    constraints: [{ children: "rsc_location|rsc_colocation|rsc_order|rsc_ticket*" }],
    rsc_location: location,
    rsc_colocation: [
      { attributes: colocation + mangled, children: `resource_set+${lifetime}` },
      {
        attributes:
          `${colocation + mangled} rsc:IDREF with-rsc:IDREF node-attribute? rsc-role=${ROLES}? ` +
          `with-rsc-role=${ROLES}?${old ? " rsc-instance:integer? with-rsc-instance:integer?" : ""}`,
        children: lifetime,
      },
    ],
    rsc_order: scores.flatMap((score) => [
      { attributes: `${order} ${score}`, children: `resource_set+${lifetime}` },
      {
        attributes:
          `${order} ${score} ${pair}` +
          (old ? " first-instance:integer? then-instance:integer?" : ""),
        children: lifetime,
      },
    ]),
    rsc_ticket: [
      { attributes: ticket, children: "resource_set+" },
      {
        attributes:
          `${ticket} rsc:IDREF rsc-role=${ROLES}?` + (old ? " rsc-instance:integer?" : ""),
      },
    ],
    resource_set: [
      REFERENCE,
      ...scores.map((score) => ({ attributes: `${set} ${score}`, children: "resource_ref+" })),
    ],
    resource_ref: [{ attributes: "id:IDREF" }],
    lifetime: [{ children: "rule:rule-location+" }],
  };
}
