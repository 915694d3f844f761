import type { Random } from "../protocol-model/random";
import { Agents } from "./agents";
import { Disk, type Medium } from "./disk";
import { Ledger } from "./ledger";
import { newStore, type Outcome, verify, writeBack } from "./power-cut";
import { type Rig, run } from "./rig";

/** FS_IOC_SHUTDOWN with NOLOGFLUSH, which no program of every distribution offers for every file system. */
const shutDown =
  'open my $d, "<", $ARGV[0] or die $!; my $how = pack("L", 2); ioctl($d, 0x8004587d, $how) or die $!';

/**
 * The file system goes down under three agents, as it does after an error of its own or when its disk is pulled out, and is mounted again: everything that was
 * not synced is gone, and the boot is still the same.
 */
export async function shutdowns(rig: Rig, medium: Medium, random: Random): Promise<Outcome> {
  const wrong: string[] = [];
  const counts = { shutdowns: 0 };
  let disk = Disk.make(rig, medium);
  const tracker = await newStore(disk, random.chance(0.5));
  const ledger = new Ledger();
  for (let round = 1; round <= random.between(1, 3) && wrong.length === 0; round += 1) {
    const agents = new Agents(tracker, ledger, `round${round}`, random);
    const working = agents.work(3);
    for (let step = 0; step < 3; step += 1) {
      await Bun.sleep(random.between(20, 250));
      if (random.chance(0.6)) writeBack(tracker.store, random);
    }
    run("perl", "-e", shutDown, disk.mountPoint);
    await Bun.sleep(random.between(0, 60));
    agents.stop();
    await working;
    // What is mapped of a file system that is down cannot be read: the process dies of it.
    const expected = ["STORAGE_FAILED", "INVALID", "OUTPUT_FAILED", "READ_ONLY", "SIGBUS"];
    for (const { words, code, stderr } of agents.refusals)
      if (!expected.includes(code)) wrong.push(`bz ${words}: ${code}: ${stderr}`);
    disk = disk.remount();
    counts.shutdowns += 1;
    wrong.push(...(await verify(tracker, ledger, `after shutdown ${round}`)));
  }
  disk.close();
  return { wrong, counts };
}
