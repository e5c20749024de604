import { AegisError } from "../../core/errors.ts";
import { LEARNED_RULE_ID } from "../../core/learned_model.ts";
import type { RuleException } from "../../core/rule.ts";
import { nearest } from "../../lib/nearest.ts";
import { TARGET_LABELS } from "../../waf/targets/kinds.ts";
import { seenAs } from "../../store/traffic_sample.ts";
import type { StoredException } from "../../store/exceptions.ts";
import { domainOf } from "../hosts/host_names.ts";
import type { Bodies } from "../body.ts";
import type { Control } from "../control.ts";
import { UNVERIFIED, verifyException } from "./exception_check.ts";
import { previewExceptions } from "./exception_preview.ts";
import { findHost } from "../hosts/hosts.ts";
import { newId } from "../ids.ts";
import type { OperationArguments } from "../operation.ts";
import { unknownRuleFault } from "./unknown_rule.ts";

const MOST_EXCEPTIONS = 10_000;

export const exceptionsBodies: Bodies<
  "exceptions.list" | "exceptions.create" | "exceptions.preview" | "exceptions.delete"
> = {
  "exceptions.list": {
    read: ({ control }, { host }) => {
      const hostId = host === undefined ? undefined : findHost(control, host).id;
      return control.store.exceptions.list(hostId).map((each) => view(control, each));
    },
  },
  "exceptions.create": {
    change: ({ control, actor }, input) => (change) => {
      const isLearned = input.rule_id === LEARNED_RULE_ID;
      if (!isLearned && !control.rules.has(input.rule_id)) {
        const fault = unknownRuleFault(control, "rule_id", input.rule_id);
        throw new AegisError("invalid_input", fault.message, { fields: [fault] });
      }
      if (!isLearned && input.up_to_score !== undefined) throw scoreOfRule();
      refuseUnknownTargets(input.targets ?? []);
      if (control.store.exceptions.list().length >= MOST_EXCEPTIONS) {
        throw new AegisError("conflict", `there are ${MOST_EXCEPTIONS} exceptions already`);
      }
      const exception: StoredException = {
        ...fromInput(control, input),
        createdAt: change.now,
        createdBy: actor.name,
      };
      const verified = input.request_id === undefined
        ? UNVERIFIED
        : verifyException(control, exception, input.request_id);
      control.store.exceptions.insert(exception);
      change.record(exception.ruleId, null, exception);
      change.republish();
      return { ...view(control, exception), ...verified };
    },
  },
  "exceptions.preview": {
    read: ({ control }, { request_id, exceptions }) => {
      const row = control.store.traffic.get(request_id);
      if (row === null) throw new AegisError("not_found", "that request is no longer in the log");
      return previewExceptions(
        control,
        seenAs(row, request_id),
        exceptions.map((each) => fromInput(control, each)),
      );
    },
  },
  "exceptions.delete": {
    change: ({ control }, { id }) => (change) => {
      const exception = control.store.exceptions.get(id);
      if (exception === null) throw new AegisError("not_found", "there is no such exception");
      control.store.exceptions.delete(id);
      change.record(exception.ruleId, exception, null);
      change.republish();
      return {};
    },
  },
};

type Scope = Omit<OperationArguments<"exceptions.create">, "request_id">;

function scoreOfRule(): AegisError {
  const message = "only the learned second opinion has a score";
  return new AegisError("invalid_input", message, { fields: [{ field: "up_to_score", message }] });
}

/** An exception for what no finding is called would let nothing pass, and nobody would be told. */
function refuseUnknownTargets(targets: readonly string[]): void {
  const fields = targets.flatMap((target, i) => {
    const [label = "", ...name] = target.split(":");
    if (TARGET_LABELS.includes(label)) return [];
    const meant = nearest(label, TARGET_LABELS);
    return [{
      field: `targets.${i}`,
      message: `no finding has the target "${target}"`,
      remedy: meant === null
        ? "write it as findings name it, as args:message"
        : `did you mean "${[meant, ...name].join(":")}"?`,
    }];
  });
  if (fields.length > 0) throw new AegisError("invalid_input", fields[0]!.message, { fields });
}

function fromInput(control: Control, input: Scope): RuleException {
  return {
    id: newId("exception"),
    ruleId: input.rule_id,
    ...(input.host_id === undefined ? {} : { hostId: findHost(control, input.host_id).id }),
    ...(input.path === undefined ? {} : { path: input.path }),
    ...(input.targets === undefined ? {} : { targets: input.targets }),
    ...(input.up_to_score === undefined ? {} : { upToScore: input.up_to_score }),
    ...(input.note === undefined ? {} : { note: input.note }),
  };
}

function view(control: Control, each: StoredException) {
  return {
    id: each.id,
    rule_id: each.ruleId,
    rule_name: control.rules.nameOf(each.ruleId),
    host_id: each.hostId ?? null,
    host_name: each.hostId === undefined ? null : domainOf(control, each.hostId),
    path: each.path ?? null,
    targets: [...(each.targets ?? [])],
    up_to_score: each.upToScore ?? null,
    note: each.note ?? "",
    created_at: each.createdAt,
    created_by: each.createdBy,
  };
}
