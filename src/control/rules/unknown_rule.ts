import { AegisError } from "../../core/errors.ts";

export function unknownRule(id: string): AegisError {
  return new AegisError("not_found", `there is no rule "${id}"`);
}
