import { readSystemFile } from "./native-file-system";

export interface MountedFileSystem {
  readonly type: string;
  readonly isNetwork: boolean;
}

/** The file system that `path` lies on, as /proc/self/mounts has it; undefined where there is none. */
export function fileSystemOf(path: string): MountedFileSystem | undefined {
  let best: { point: string; type: string } | undefined;
  for (const line of readSystemFile("/proc/self/mounts")?.split("\n") ?? []) {
    const [, rawPoint, type] = line.split(" ");
    if (rawPoint === undefined || type === undefined) continue;
    const point = rawPoint.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
    if (isAbove && (best === undefined || point.length >= best.point.length)) best = { point, type };
  }
  return best && { type: best.type, isNetwork: networkTypes.test(best.type) };
}

const networkTypes =
  /^(?:nfs4?|cifs|smb3?|smbfs|9p|afs|ceph|glusterfs|lustre|ncpfs|fuse\.(?:sshfs|s3fs|rclone|glusterfs))$/;
