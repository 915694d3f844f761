import { currentDirectory, openAt } from "../../native/file";
import { lockBefore } from "../../native/file-lock";

/** Waits for the lock twice, a short and a long time, and posts what each wait gave. */
const fd = openAt(currentDirectory, process.argv[2] ?? "", "append");
postMessage(lockBefore(fd, 50));
postMessage(lockBefore(fd, 20_000));
