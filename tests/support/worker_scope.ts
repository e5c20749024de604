/** The scope of a test's own Worker: what it hears, and whatever it says. */
export interface WorkerScope<Heard> {
  onmessage: ((event: MessageEvent<Heard>) => void) | null;
  postMessage(message: unknown): void;
}

export function workerScope<Heard>(): WorkerScope<Heard> {
  return globalThis as unknown as WorkerScope<Heard>;
}
