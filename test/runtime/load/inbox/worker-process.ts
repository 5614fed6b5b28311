/** The inbox's worker as a process of its own, to be killed: `worker-process.ts FOLDER EVENT`. */
import { FolderStore } from "../../../../runtime/core/store/folder-store.ts";
import { loadObject } from "../../../../runtime/load/inbox/load-object.ts";

const [folder = "", event = ""] = process.argv.slice(2);
await loadObject(new FolderStore(folder), JSON.parse(event));
