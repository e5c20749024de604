import { z } from "zod";
import { HostInput } from "../../config/host_schema.ts";
import { nothing, paranoia } from "./common.ts";
import { newPassword, userName, userView } from "./users.ts";
import { contract } from "../operation_contract.ts";

const person = {
  name: userName,
  password: newPassword,
  email: z.email().max(254).optional(),
};

export const setupContract = {
  "setup.status": contract({
    summary: "Whether the first user still has to be made",
    role: "anyone",
    changes: false,
    input: nothing,
    output: z.strictObject({ needed: z.boolean() }),
  }),
  "setup.complete": contract({
    summary: "Make the first user, with the token of the setup link",
    role: "anyone",
    changes: true,
    input: z.strictObject({
      token: z.string().max(200),
      ...person,
      paranoia: paranoia.optional(),
      host: HostInput.optional(),
    }),
    output: z.strictObject({ user: userView }),
  }),
  "setup.link": contract({
    summary: "The one-time setup link, and how to trust the local CA",
    role: "local",
    changes: false,
    input: nothing,
    output: z.strictObject({
      needed: z.boolean(),
      url: z.string(),
      token: z.string(),
      ca_fingerprint: z.string(),
      trust_command: z.string(),
    }),
  }),
  "setup.user": contract({
    summary: "Make the first user from the terminal",
    role: "local",
    changes: true,
    input: z.strictObject(person),
    output: z.strictObject({ user: userView }),
  }),
};
