import { AegisError } from "../core/errors.ts";
import { checkNewPassword } from "../identity/password_policy.ts";
import type { Control } from "./control.ts";

/** The hash of a new password, or `invalid_input` where it is too weak. `own`: names and addresses of its owner. */
export async function hashNewPassword(
  control: Control,
  password: string,
  own: readonly string[],
): Promise<string> {
  const fault = checkNewPassword(password, own);
  if (fault !== null) {
    throw new AegisError("invalid_input", `the password ${fault.message}`, { fields: [fault] });
  }
  return await control.passwords.hash(password);
}
