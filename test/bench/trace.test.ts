import { expect, test } from "bun:test";
import { bytesWrittenIn } from "../../bench/sections/trace";

const trace = `18631 write(4<anon_inode:[eventfd]>, ""..., 8) = 8
18627 write(9</tracker/.beads/store/wal.1>, ""..., 420) = 420
18627 pwrite64(7</tracker/.beads/store/lock>, ""..., 96, 0) = 96
18627 write(1</tracker/.beads-of-another>, ""..., 9) = 9
18627 write(9</tracker/.beads/store/wal.1>, ""..., 100 <unfinished ...>
18633 write(4<anon_inode:[eventfd]>, ""..., 8) = 8
18627 <... write resumed>)              = 100
18627 copy_file_range(8</tracker/.beads/store/snapshot>, [0], 9</tracker/.beads/store/snapshot.tmp>, NULL, 70, 0) = 70
18627 write(9</tracker/.beads/store/wal.1>, ""..., 50) = -1 ENOSPC (No space left on device)
`;

test("bytes are counted by the file they went to, below the directory and nowhere else", () => {
  expect(Object.fromEntries(bytesWrittenIn(trace, "/tracker/.beads"))).toEqual({
    "store/wal.1": 520,
    "store/lock": 96,
    "store/snapshot.tmp": 70,
  });
});
