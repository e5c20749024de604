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

const ATTEMPTS = 5;
const PAUSE_MS = 5_000;

/**
 * Installs what is missing. Returns what is missing still, with the command that installs it, or null where all is
 * there: a test that finds no browser must fail, not skip.
 */
export async function installPackages(): Promise<string | null> {
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

function missingPackages(): string[] {
  return Object.entries(PACKAGES).filter(([, program]) => !isThere(program)).map(([name]) => name);
}

function isThere(program: string): boolean {
  return `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`.split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) return false;
      throw thrown;
    }
  });
}

async function apt(...args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command("apt-get", {
    args: ["-q", "-o", "DPkg::Lock::Timeout=120", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "null",
  }).spawn().status;
  return success;
}
