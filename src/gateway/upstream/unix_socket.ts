import { socketPlaceFault } from "../../core/target_url.ts";

/**
 * Why a connection to the socket `path` is refused, or null. Looks at the file system, which costs microseconds and
 * happens once a connection, not once a request.
 *
 * [SECURITY] A permission for a directory follows links out of it (connect(2) resolves them, and the runtime checks the
 * path as it was written), so that a link below it would reach any socket of the machine (CWE-59): no link is followed.
 */
export function socketRefusal(path: string, dir: string | null): string | null {
  const misplaced = socketPlaceFault(path, dir);
  if (misplaced !== null) return misplaced;
  let at = dir!;
  const parts = path.slice(dir!.length + 1).split("/");
  for (const [i, part] of parts.entries()) {
    at += `/${part}`;
    let info: Deno.FileInfo;
    try {
      info = Deno.lstatSync(at);
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) return `${path}: there is no such socket`;
      return `${path}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
    if (info.isSymlink) return `${path}: ${at} is a link, and links are not followed`;
    if (i === parts.length - 1 && info.isSocket !== true) return `${path} is no socket`;
  }
  return null;
}
