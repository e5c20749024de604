/** The most resident memory that a process of this machine had, in bytes, since its start or `resetPeakMemory`. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status tells no VmHWM`);
  return Number(kib) * 1_024;
}

/** Lets the peak begin anew at what the process holds now (proc_pid_clear_refs(5), value 5). */
export async function resetPeakMemory(pid: number): Promise<void> {
  await Deno.writeTextFile(`/proc/${pid}/clear_refs`, "5");
}
