import { MOST_TRANSFORMS } from "../../config/transform_schema.ts";
import { AegisError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Transform } from "../../core/transform.ts";
import type { Answer, Bodies, Change } from "../body.ts";
import type { Control } from "../control.ts";
import { changeHost, findHost } from "./hosts.ts";

type Name =
  | "transforms.list"
  | "transforms.add"
  | "transforms.replace"
  | "transforms.delete"
  | "transforms.order";

/** The transforms of one host, one by one; they are named by their place, from 0, and run in that order. */
export const hostTransformsBodies: Bodies<Name> = {
  "transforms.list": { read: ({ control }, { id }) => view(findHost(control, id)) },
  "transforms.add": {
    change: ({ control }, { id, transform, at, version }) => (change) =>
      changed(
        control,
        change,
        id,
        version,
        (list) => list.toSpliced(at ?? list.length, 0, transform as Transform),
      ),
  },
  "transforms.replace": {
    change: ({ control }, { id, i, transform, version }) => (change) =>
      changed(control, change, id, version, (list) => list.with(placeIn(list, i), transform as Transform)),
  },
  "transforms.delete": {
    change: ({ control }, { id, i, version }) => (change) =>
      changed(control, change, id, version, (list) => list.toSpliced(placeIn(list, i), 1)),
  },
  "transforms.order": {
    change: ({ control }, { id, order, version }) => (change) =>
      changed(control, change, id, version, (list) => ordered(list, order)),
  },
};

function changed(
  control: Control,
  change: Change,
  id: string,
  version: number | undefined,
  to: (list: readonly Transform[]) => Transform[],
): Answer<"transforms.list"> {
  const host = findHost(control, id);
  const transforms = to(host.transforms);
  if (transforms.length > MOST_TRANSFORMS) {
    throw new AegisError("conflict", `a host has ${MOST_TRANSFORMS} transforms at most`);
  }
  // The schema's own types say `undefined` where core's say absent; both are the same here.
  return view(
    changeHost(control, change, host.id, { transforms } as Parameters<typeof changeHost>[3], version),
  );
}

function view({ version, transforms }: Host): Answer<"transforms.list"> {
  return { version, transforms: structuredClone(transforms) as Answer<"transforms.list">["transforms"] };
}

function placeIn(list: readonly Transform[], index: number): number {
  if (index < list.length) return index;
  throw new AegisError("not_found", `there is no transform ${index}; the host has ${list.length}`);
}

function ordered(list: readonly Transform[], order: readonly number[]): Transform[] {
  const places = new Set(order);
  const isWhole = order.length === list.length && places.size === list.length &&
    order.every((place) => place < list.length);
  if (isWhole) return order.map((place) => list[place]!);
  const message = `name each of the ${list.length} places, from 0, once`;
  throw new AegisError("invalid_input", message, {
    fields: [{ field: "order", message, remedy: "write [1, 0]" }],
  });
}
