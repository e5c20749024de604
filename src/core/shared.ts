/** The shared memory of the process, made by the supervisor and given to every thread (layout: gateway/shared_state.ts). */
export interface SharedBuffers {
  readonly gateways: number;
  /** One single-writer row of counters a gateway thread. */
  readonly counters: SharedArrayBuffer;
  /** Open connections by client, exact over threads. */
  readonly connections: SharedArrayBuffer;
  /** One cell a target: healthy, active requests, last check. */
  readonly targets: SharedArrayBuffer;
  /** Rate buckets by host and client. */
  readonly rates: SharedArrayBuffer;
  /** Rate buckets of clients over all hosts. */
  readonly shield: SharedArrayBuffer;
  /** What rate rules have counted. */
  readonly ruleCounts: SharedArrayBuffer;
  /** Clients that go on after they were refused (shield/refusal_windows.ts). */
  readonly refusals: SharedArrayBuffer;
  /** What clients have earned (shield/reputation.ts). */
  readonly reputations: SharedArrayBuffer;
  /** The time that all threads count by (core/steady_time.ts). */
  readonly time: SharedArrayBuffer;
  /** One cell a stream: connections and bytes, by gateway. */
  readonly streams: SharedArrayBuffer;
  /** Who is under attack, and the counts that it is judged by (gateway/shared_alarm.ts). */
  readonly alarm: SharedArrayBuffer;
  /** Answers that banned clients got, over threads. */
  readonly banAnswers: SharedArrayBuffer;
  /** Where passes were got or shown (gateway/pass_holders.ts). */
  readonly passHolders: SharedArrayBuffer;
  /** Challenges that were used, until they are over (lib/once_table.ts). */
  readonly spent: SharedArrayBuffer;
  /** Names this process in the challenges that it gives out; random. */
  readonly life: string;
  /** Networks whose phones had their first, easier challenge (lib/once_table.ts). */
  readonly firstTries: SharedArrayBuffer;
  /** Signs of life of the other threads (core/thread_beats.ts). */
  readonly beats: SharedArrayBuffer;
}
