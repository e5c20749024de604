/** Work that may stop between any two steps and go on later. */
export type Steps = Generator<undefined, void>;

export function runToEnd(steps: Steps): void {
  while (steps.next().done !== true);
}
