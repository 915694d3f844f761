import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksum } from "../../storage/checksum";
import { Tracker } from "../helpers/bz";
import { report } from "../helpers/bz-report";
import type { Campaign } from "./campaign";
import type { Scene } from "./scene";
import { Workers } from "./work";

/** How people copy a directory that others write in. */
const copyings: Readonly<Record<string, string>> = {
  "cp -r": 'cp -r "$1/.beads" "$2/"',
  "cp -a": 'cp -a "$1/.beads" "$2/"',
  rsync: 'rsync -a "$1/.beads" "$2/"',
  tar: 'tar -C "$1" -cf - .beads | tar -C "$2" -xf -',
};

/** A copy of a store that is written and compacted meanwhile shows some moment of it, or says that it is damaged. */
export async function copiesUnderLoad(campaign: Campaign): Promise<void> {
  const usable = Object.keys(copyings).filter((name) => Bun.which(name.split(" ")[0] ?? "") !== null);
  for (const name of Object.keys(copyings))
    if (!usable.includes(name)) campaign.skip(`there is no ${name} to copy with`);
  await campaign.in("copies", async (scene) => {
    const workers = new Workers(scene, campaign.random);
    for (let count = 0; count < 5; count += 1) workers.adopt(await scene.quick(`The first ${count}`));
    let isCopying = true;
    const write = async (): Promise<void> => {
      while (isCopying) {
        const work = workers.next();
        workers.ended(work, (await scene.act(work.attempt, work.codes)).stdout);
      }
    };
    const writers = Array.from({ length: 4 }, write);
    const ends = new Map<string, number>();
    for (let round = 0; round < (campaign.isLong ? 100 : 8) && campaign.hasTime(); round += 1) {
      const name = campaign.random.pick(usable) ?? "cp -r";
      const end = await openCopy(scene, name);
      ends.set(`${name}: ${end}`, (ends.get(`${name}: ${end}`) ?? 0) + 1);
      campaign.count("copies of a live store");
    }
    isCopying = false;
    await Promise.all(writers);
    await scene.checkAll();
    report(`copies: ${[...ends].map(([end, count]) => `${count} ${end}`).join(", ")}`);
  });
}

/** Copies the store as it is just now, and works in the copy; how that went. */
async function openCopy(scene: Scene, name: string): Promise<string> {
  const directory = `${scene.tracker.directory}-copy`;
  mkdirSync(directory);
  const copy = new Tracker(scene.tracker.form, directory);
  const certain = scene.ledger.certain();
  try {
    await Bun.spawn(["sh", "-c", copyings[name] ?? "", "sh", scene.tracker.directory, directory], {
      stdout: "ignore",
      stderr: "ignore",
    }).exited;
    const { code, stdout, stderr } = await copy.run("export");
    if (code === 0) {
      // Of whichever moment it is, that is none before the copying began.
      scene.shown(stdout, certain);
      await copy.succeed("q", "In the copy");
      return "opened";
    }
    if (code !== 2 || !stderr.includes("damaged"))
      scene.accuse(`a copy by ${name} ended with ${code}: ${stderr}`);
    const doctor = await copy.run("doctor", "--json");
    if (!doctor.stdout.includes('"failure"'))
      scene.accuse(`doctor is silent of a copy that is refused: ${stderr}`);
    await copy.run("doctor", "--fix");
    const mended = await copy.succeed("export");
    const invented = scene.ledger.look(mended, new Map()).wrong.filter((each) => each.startsWith("nobody"));
    scene.accuse(...invented.map((each) => `in a mended copy ${each}`));
    await copy.succeed("q", "In the mended copy");
    return "refused, and mended";
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Format numbers that a later bz may write, each with the right checksums. */
const later: Readonly<Record<string, (store: string) => void>> = {
  snapshot: (store) => raise(join(store, "snapshot"), 120),
  "the newest segment": (store) => raise(join(store, segments(store).at(-1) ?? ""), 72),
  "the status page": (store) => raise(join(store, "lock"), 120),
  "metadata.json": (store) => {
    const path = metadataPath(store);
    writeFileSync(path, readFileSync(path, "utf8").replace('"schema_version":1', '"schema_version":2'));
  },
};
const metadataPath = (store: string): string => join(store, "../metadata.json");

function segments(store: string): string[] {
  const number = (name: string): number => Number(name.slice("wal.".length));
  return readdirSync(store)
    .filter((name) => /^wal\.\d+$/.test(name))
    .sort((one, other) => number(one) - number(other));
}

/** The version stands at 8 in each of them, and the checksum over everything before itself. */
function raise(path: string, checksumAt: number): void {
  const bytes = new Uint8Array(readFileSync(path));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, view.getUint32(8, true) + 1, true);
  view.setBigUint64(checksumAt, checksum(bytes.subarray(0, checksumAt)), true);
  writeFileSync(path, bytes);
}

const commandLines = [
  "q New",
  "list",
  "compact",
  "sync",
  "export",
  "update ID -p 0",
  "claim ID",
  "close ID -f",
  "doctor",
  "history ID",
  "doctor --fix",
];

/**
 * What a newer bz wrote into the store is refused by name, and left as it is. What travels with git is read with all that it holds, known or not, so that its
 * number keeps nobody from it.
 */
export async function laterFormats(campaign: Campaign): Promise<void> {
  for (const [name, change] of Object.entries(later))
    await campaign.in("later-formats", async (scene) => {
      const { tracker } = scene;
      const id = await scene.quick("The first");
      await tracker.succeed("compact");
      await scene.quick("The second");
      await tracker.succeed("sync");
      change(tracker.storePath);
      const isHint = name === "metadata.json";
      const metadata = readFileSync(metadataPath(tracker.storePath), "utf8");
      const before = storedBytes(tracker.storePath);
      for (const line of campaign.isLong ? commandLines : commandLines.slice(0, 4)) {
        if (isHint && line === "doctor --fix") continue;
        const words = line.split(" ").map((word) => (word === "ID" ? id : word));
        const { code, stderr, stdout } = await tracker.run(...words);
        if (!isHint && code === 0 && /^(q|update|close|claim|compact)/.test(line))
          scene.accuse(`${name}: bz ${line} worked: ${stdout}`);
        if (code !== 0 && !/newer bz/.test(stderr + stdout))
          scene.accuse(`${name}: bz ${line} ended with ${code}: ${stderr}${stdout}`);
        const now = storedBytes(tracker.storePath);
        for (const [file, bytes] of before)
          if (!isHint && now.get(file) !== bytes) scene.accuse(`${name}: bz ${line} wrote ${file}`);
        campaign.count("commands at later formats");
      }
      if (readFileSync(metadataPath(tracker.storePath), "utf8") !== metadata)
        scene.accuse(`${name}: metadata.json was written`);
      if (isHint) {
        const { stdout } = await tracker.run("export");
        for (const title of ["The first", "The second", "New"])
          if (!stdout.includes(`"title":"${title}"`)) scene.accuse(`${name}: ${title} is lost`);
        await scene.examine();
      }
    });
}

/** The log and the snapshots; the rest is private to whoever runs. */
function storedBytes(store: string): Map<string, string> {
  const files = readdirSync(store, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(^|\/)(wal\.|snapshot)/.test(name),
  );
  return new Map(
    files
      .filter((name) => statSync(join(store, name)).isFile())
      .map((name) => [name, Bun.hash(readFileSync(join(store, name))).toString()]),
  );
}
