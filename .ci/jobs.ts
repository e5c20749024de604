/** How the test files are spread over `deno test` processes, so that every processor has something to do. */

/** Tests that start whole products, browsers or builds, in the order of their length: each file has a process of its own. */
const PRODUCTS = ["tests/e2e", "tests/threads", "tests/build", "tests/scenarios"];
/** Files of one process where they start nothing. */
const FILES_A_PROCESS = 16;

/** The files of one `deno test` process. */
export type Job = readonly string[];

/** Two rows of jobs: those that need much of the machine, and all others. */
export interface Jobs {
  readonly products: Job[];
  readonly units: Job[];
}

export function planJobs(files: readonly string[]): Jobs {
  const isIn = (file: string, folder: string) => file.startsWith(`${folder}/`);
  const products = PRODUCTS.flatMap((folder) => files.filter((file) => isIn(file, folder)));
  const units = files.filter((file) => !products.includes(file));
  return { products: products.map((file) => [file]), units: chunks(units, FILES_A_PROCESS) };
}

/**
 * Does all jobs, `slots` at a time. Half of the slots begin with the products and half with the rest, so that products
 * stand beside each other as little as may be; no slot is idle while there is a job.
 */
export async function runJobs(
  jobs: Jobs,
  slots: number,
  perform: (job: Job) => Promise<void>,
): Promise<void> {
  const products = [...jobs.products];
  const units = [...jobs.units];
  await Promise.all(
    Array.from({ length: slots }, async (_, slot) => {
      const [first, second] = slot % 2 === 0 ? [products, units] : [units, products];
      for (let job; (job = first.shift() ?? second.shift()) !== undefined;) await perform(job);
    }),
  );
}

function chunks(files: readonly string[], size: number): Job[] {
  return Array.from(
    { length: Math.ceil(files.length / size) },
    (_, at) => files.slice(at * size, (at + 1) * size),
  );
}
