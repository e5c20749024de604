import { z } from "zod";
import { isTemplateFault, parseTemplate, type TemplateRules } from "../core/template.ts";
import {
  type HostCondition,
  type HostConditionGroup,
  isResponseTransform,
  REDIRECT_STATUSES,
  type TransformName,
} from "../core/transform.ts";
import { coreConditions } from "../core/transform_conditions.ts";
import { HEAD_KINDS } from "../waf/transaction/request_view.ts";
import { checkConditions } from "../waf/rule_files/rule_check.ts";
import { parseMeasure, parseSelector } from "../waf/targets/selector.ts";
import { complain } from "./fields.ts";
import { FieldName, FieldTemplate } from "./header_edits_schema.ts";
import { LinearRegex, PathPrefix } from "./path_schema.ts";

const Condition = z.strictObject({
  target: z.string().min(1).max(200),
  operator: z.string().min(1).max(40),
  value: z.union([z.string().max(4_096), z.number(), z.array(z.string().max(1_024)).max(1_000)]).optional(),
  case_sensitive: z.boolean().optional(),
  negated: z.boolean().optional(),
});

export const ConditionGroupInput: z.ZodType<HostConditionGroup> = z.lazy(() =>
  z.strictObject({
    join: z.enum(["and", "or"]).default("and"),
    of: z.array(z.union([Condition, ConditionGroupInput])).min(1).max(50),
  })
).meta({ id: "ConditionGroup" });

/** A template in an address: visible ASCII, without what a header could not hold. */
function AddressTemplate(rules: (text: string) => TemplateRules, more: (text: string) => ReturnType<Fault>) {
  return z.string().min(1).max(2_048).check(complain((text: string) => {
    if (!/^[\x21-\x7e]+$/.test(text)) {
      return { message: "holds a blank or a control character", remedy: "write blanks as %20" };
    }
    const parsed = parseTemplate(text, rules(text));
    return isTemplateFault(parsed) ? parsed : more(text);
  }));
}

type Fault = (text: string) => { readonly message: string; readonly remedy: string } | null;

const BEFORE_BALANCE: TemplateRules = { upstream: false };

const RedirectTo = AddressTemplate(() => BEFORE_BALANCE, (text) => {
  // [SECURITY] CWE-601: `//name` and `/\name` lead to another site; where an address leads must stand in it as written.
  if (/^\/(?![/\\])/.test(text) || /^https?:\/\/[^/]/.test(text)) return null;
  return {
    message: `"${text}" is no address`,
    remedy: "begin it with https://, http:// or one /",
  };
});

const HostTo = FieldTemplate.check(complain((text: string) => {
  if (/^[A-Za-z0-9.\-_[\]:${}]+$/.test(text)) return null;
  return {
    message: `"${text}" is no host name`,
    remedy: "write a name such as app.internal, with :port if need be",
  };
}));

const QueryName = z.string().min(1).max(256);
const QueryValue = z.string().max(2_048).check(complain((text: string) => {
  const parsed = parseTemplate(text, BEFORE_BALANCE);
  return isTemplateFault(parsed) ? parsed : null;
}));

const when = { when: ConditionGroupInput.optional() };
const request = FieldName("request");
const response = FieldName("response");

const ACTIONS = [
  z.strictObject({ action: z.literal("set-request-header"), name: request, value: FieldTemplate, ...when }),
  z.strictObject({ action: z.literal("add-request-header"), name: request, value: FieldTemplate, ...when }),
  z.strictObject({ action: z.literal("remove-request-header"), name: request, ...when }),
  z.strictObject({
    action: z.literal("rewrite-path"),
    from: PathPrefix.optional(),
    regex: LinearRegex.optional(),
    to: z.string().max(2_048),
    ...when,
  }).check(rewriteCheck),
  z.strictObject({ action: z.literal("rewrite-host"), to: HostTo, ...when }),
  z.strictObject({ action: z.literal("set-query"), name: QueryName, value: QueryValue, ...when }),
  z.strictObject({ action: z.literal("remove-query"), name: QueryName, ...when }),
  z.strictObject({
    action: z.literal("redirect"),
    to: RedirectTo,
    status: z.literal([...REDIRECT_STATUSES]).default(302),
    keep_query: z.boolean().default(true),
    ...when,
  }),
  z.strictObject({ action: z.literal("set-response-header"), name: response, value: FieldTemplate, ...when }),
  z.strictObject({ action: z.literal("add-response-header"), name: response, value: FieldTemplate, ...when }),
  z.strictObject({ action: z.literal("remove-response-header"), name: response, ...when }),
] as const;

const TRANSFORM_NAMES: readonly TransformName[] = ACTIONS.map(({ shape }) => shape.action.value);

/** One entry of `transforms`. */
export const TransformInput = z.discriminatedUnion("action", ACTIONS, {
  error: (issue) =>
    issue.code === "invalid_union" ? `unknown action: write one of ${TRANSFORM_NAMES.join(", ")}` : undefined,
}).check((payload) => {
  const { when, action } = payload.value;
  if (when === undefined) return;
  for (const fault of conditionFaults(when, isResponseTransform(action))) {
    payload.issues.push({
      code: "custom",
      path: fault.path,
      message: fault.message,
      params: { remedy: fault.remedy },
      input: when,
    });
  }
});

/** Of one host. */
export const MOST_TRANSFORMS = 200;

export const TransformList = z.array(TransformInput).max(MOST_TRANSFORMS);

function rewriteCheck(
  payload: z.core.ParsePayload<{ from?: string | undefined; regex?: string | undefined; to: string }>,
): void {
  const { from, regex, to } = payload.value;
  const complainAt = (path: string[], message: string, remedy: string) =>
    payload.issues.push({ code: "custom", path, message, params: { remedy }, input: payload.value });
  if ((from === undefined) === (regex === undefined)) {
    return void complainAt([], "says what it replaces nowhere, or twice", "name one of from and regex");
  }
  if (/[?#]|[^\x21-\x7e]/.test(to)) {
    return void complainAt(["to"], "holds what no path holds", "write a path; queries are set by set-query");
  }
  // [SECURITY] What such a path means is read differently by servers: every request that it is made of would be refused.
  if (/%2f|%5c|[\\;]/i.test(to)) {
    return void complainAt(
      ["to"],
      "holds %2f, %5c, \\ or ;",
      "leave them out: servers disagree on what they mean",
    );
  }
  if (from !== undefined && !to.startsWith("/")) {
    return void complainAt(["to"], `"${to}" is no path`, "begin it with /");
  }
  const parsed = parseTemplate(to, { ...BEFORE_BALANCE, groups: regex === undefined ? 0 : groupsOf(regex) });
  if (isTemplateFault(parsed)) complainAt(["to"], parsed.message, parsed.remedy);
}

/** How many groups a sound pattern has. */
function groupsOf(regex: string): number {
  try {
    return new RegExp(`${regex}|`).exec("")!.length - 1;
  } catch {
    return 9; // not sound: that is said of the pattern itself
  }
}

interface ConditionFault {
  readonly path: (string | number)[];
  readonly message: string;
  readonly remedy: string;
}

/** What is wrong with conditions, where; what the engine of spec 02 would refuse, and what is not known in time. */
export function conditionFaults(group: HostConditionGroup, ofAnswer: boolean): ConditionFault[] {
  const faults = checkConditions("when", coreConditions(group)).map((each) => ({
    path: each.field.split(".").map((key) => /^\d+$/.test(key) ? Number(key) : key),
    message: each.message,
    remedy: each.remedy ?? "",
  }));
  return faults.length > 0 ? faults : untimely(group, ofAnswer, ["when"]);
}

function untimely(group: HostConditionGroup, ofAnswer: boolean, at: (string | number)[]): ConditionFault[] {
  return group.of.flatMap((each, i) => {
    const path = [...at, "of", i];
    if ("of" in each) return untimely(each, ofAnswer, path);
    const problem = untimelyTarget(each, ofAnswer);
    return problem === null ? [] : [{ ...problem, path: [...path, "target"] }];
  });
}

function untimelyTarget({ target }: HostCondition, ofAnswer: boolean) {
  const kinds = (parseMeasure(target)?.of ?? parseSelector(target))?.kinds ?? [];
  const isOfAnswer = kinds.some((kind) => kind.startsWith("response-"));
  if (isOfAnswer && !ofAnswer) {
    return {
      message: `"${target}" is not known before the answer`,
      remedy: "only actions on response headers may ask for it",
    };
  }
  if (isOfAnswer || kinds.some((kind) => HEAD_KINDS.has(kind))) return null;
  return {
    message: `"${target}" stands in the body, which transforms do not read`,
    remedy: "use path, query, args, headers, cookies, method or client",
  };
}
