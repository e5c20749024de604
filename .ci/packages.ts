/** Debian packages that tests use, each with the program that shows it is there. */
const PACKAGES: Readonly<Record<string, string>> = {
  chromium: "chromium",
  sqlmap: "sqlmap",
  openssl: "openssl",
  curl: "curl",
  "nghttp2-client": "nghttp",
  haproxy: "haproxy",
  "redis-server": "redis-server",
  unbound: "unbound",
  "bind9-dnsutils": "dig",
  "openssh-server": "sshd",
  "openssh-client": "ssh",
  iproute2: "ip",
  nodejs: "node",
  npm: "npm",
  "clamav-daemon": "clamd",
};

/** Debian packages that are only unpacked: installed, they would start services that want a network. */
const UNPACKED: Readonly<Record<string, string>> = { crowdsec: "usr/bin/crowdsec" };

const ATTEMPTS = 5;
const PAUSE_MS = 5_000;

/**
 * Installs what is missing. Returns what is missing still, with the command that installs it, or null where all is
 * there: a test that finds no browser must fail, not skip.
 */
export async function installPackages(): Promise<string | null> {
  return await installMissing() ?? await unpackMissing();
}

/** Where an unpacked package lies, for all working copies of this user. */
export function unpackedFolder(name: string): string {
  return `${Deno.env.get("HOME") ?? "/var/tmp"}/.cache/aegis-tests/${name}`;
}

async function installMissing(): Promise<string | null> {
  const missing = missingPackages();
  if (missing.length === 0) return null;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (Deno.uid() !== 0 || !isThere("apt-get")) {
    return `Tests need Debian packages that are not installed: ${
      missing.join(", ")
    }\nInstall them with: sudo ${command}`;
  }
  console.error(`Installing ${missing.join(", ")} …`);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await apt("update") && await apt("install", "-y", "--no-install-recommends", ...missing)) break;
    if (attempt < ATTEMPTS) await new Promise((resolve) => setTimeout(resolve, attempt * PAUSE_MS));
  }
  const left = missingPackages();
  return left.length === 0 ? null : `apt-get could not install: ${left.join(", ")}`;
}

async function unpackMissing(): Promise<string | null> {
  for (const [name, program] of Object.entries(UNPACKED)) {
    if (isFile(`${unpackedFolder(name)}/${program}`)) continue;
    console.error(`Unpacking ${name} …`);
    for (let attempt = 1; attempt <= ATTEMPTS && !await unpack(name); attempt++) {
      if (Deno.uid() === 0) await apt("update");
      if (attempt < ATTEMPTS) await new Promise((resolve) => setTimeout(resolve, attempt * PAUSE_MS));
    }
    if (!isFile(`${unpackedFolder(name)}/${program}`)) return `apt-get could not download: ${name}`;
  }
  return null;
}

/** Beside its place first: runs of several working copies do not see each other's halves. */
async function unpack(name: string): Promise<boolean> {
  const folder = unpackedFolder(name);
  const place = folder.slice(0, folder.lastIndexOf("/"));
  await Deno.mkdir(place, { recursive: true });
  const work = await Deno.makeTempDir({ dir: place });
  try {
    const download = new Deno.Command("apt-get", {
      args: ["-q", "download", name],
      cwd: work,
      stdout: "null",
    });
    if (!(await download.spawn().status).success) return false;
    const [deb] = [...Deno.readDirSync(work)];
    const extract = new Deno.Command("dpkg", { args: ["-x", `${work}/${deb!.name}`, `${work}/root`] });
    if (!(await extract.spawn().status).success) return false;
    await Deno.rename(`${work}/root`, folder).catch((thrown) => {
      // Another run was faster.
      if (!(thrown instanceof Error) || !isFile(`${folder}/${UNPACKED[name]}`)) throw thrown;
    });
    return true;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

function missingPackages(): string[] {
  return Object.entries(PACKAGES).filter(([, program]) => !isThere(program)).map(([name]) => name);
}

function isThere(program: string): boolean {
  return `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`.split(":").some((folder) =>
    isFile(`${folder}/${program}`)
  );
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) return false;
    throw thrown;
  }
}

async function apt(...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command("apt-get", {
    args: ["-q", "-o", "DPkg::Lock::Timeout=120", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "null",
  }).spawn().status;
  return success;
}
