import { z } from "zod";
import { MOST_TRANSFORMS, TransformInput } from "../../config/transform_schema.ts";
import { contract } from "../operation_contract.ts";
import { count } from "./common.ts";

const host = z.string().min(1).max(253);
/** From 0. */
const place = z.int().min(0).max(MOST_TRANSFORMS - 1);

const list = z.strictObject({
  /** Of the host. */
  version: count,
  /** In the order in which they run. */
  transforms: z.array(TransformInput),
});

export const hostTransformsContract = {
  "transforms.list": contract({
    summary: "The transforms of a host, in the order in which they run",
    role: "viewer",
    changes: false,
    input: z.strictObject({ id: host }),
    output: list,
  }),
  "transforms.add": contract({
    summary: "Add a transform to a host: behind the others, or at a place",
    role: "operator",
    changes: true,
    input: z.strictObject({
      id: host,
      transform: TransformInput,
      at: place.optional(),
      version: count.optional(),
    }),
    output: list,
  }),
  "transforms.replace": contract({
    summary: "Put another transform into the place of one",
    role: "operator",
    changes: true,
    input: z.strictObject({ id: host, i: place, transform: TransformInput, version: count.optional() }),
    output: list,
  }),
  "transforms.delete": contract({
    summary: "Take a transform away; those behind it move up",
    role: "operator",
    changes: true,
    input: z.strictObject({ id: host, i: place, version: count.optional() }),
    output: list,
  }),
  "transforms.order": contract({
    summary: "Put the transforms of a host in another order: their places now, as they are to run",
    role: "operator",
    changes: true,
    input: z.strictObject({
      id: host,
      order: z.array(place).max(MOST_TRANSFORMS),
      version: count.optional(),
    }),
    output: list,
  }),
};
