import type { FormSource, SchemaSource } from "../language.ts";
import { REFERENCE } from "./words.ts";

/** Rules, with the expressions on dates, resources and operations. */
export function rules(old: boolean): SchemaSource {
  const expressions = "expression* date_expression* rsc_expression* op_expression*";
  const common = "id:ID boolean-op=or|and? role?";
  const rule = (own: string): FormSource[] => [
    REFERENCE,
    { attributes: `${common} score:score?`, children: `${expressions} rule:${own}*`, some: true },
    {
      attributes: `${common} score-attribute`,
      children: `${expressions} rule:${own}*`,
      some: true,
    },
  ];
  const spec =
    "id:ID hours? minutes? seconds? monthdays? weekdays? yearsdays? months? weeks? years? " +
    `weekyears? ${old ? "moon? days? yeardays?" : ""}`;
  return {
    rule: rule("rule"),
    "rule-node": rule("rule-node"),
    "rule-rsc": rule("rule-rsc"),
    "rule-op": rule("rule-op"),
    "rule-location": rule("rule-location"),
    expression: [
      {
        attributes:
          "id:ID attribute operation=lt|gt|lte|gte|eq|ne|defined|not_defined value? " +
          "type=string|integer|number|version? value-source=literal|param|meta?",
      },
    ],
    date_expression: [
      { attributes: "id:ID operation=in_range start end?", children: "duration?" },
      { attributes: "id:ID operation=in_range start? end", children: "duration?" },
      { attributes: "id:ID operation=gt start" },
      { attributes: "id:ID operation=lt end" },
      { attributes: "id:ID operation=date_spec", children: "date_spec" },
    ],
    rsc_expression: [{ attributes: "id:ID class? provider? type?" }],
    op_expression: [{ attributes: "id:ID name interval?" }],
    duration: [{ attributes: old ? spec : `${spec} days? moon?` }],
    date_spec: [{ attributes: old ? spec : `${spec} yeardays?` }],
  };
}
